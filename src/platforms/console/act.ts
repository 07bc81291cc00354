import type { Chat } from './chat.ts';
import type { CommandName } from './command-table.ts';
import * as books from './commands/books.ts';
import * as branches from './commands/branches.ts';
import { erase } from './commands/erase.ts';
import { help } from './commands/help.ts';
import * as names from './commands/names.ts';
import { receipt, replay } from './commands/receipt.ts';
import * as settings from './commands/settings.ts';
import * as shelf from './commands/shelf.ts';
import { compare, goTo, tree } from './commands/tree.ts';
import { redo, undo } from './commands/undo.ts';
import { choose, step } from './commands/versions.ts';
import { again, edit, goOn, write } from './commands/write.ts';

type Act = (chat: Chat, argument: string) => Promise<void>;

/** What each command does. */
export const acts: Readonly<Record<CommandName, Act>> = {
  go: (chat) => goOn(chat),
  again,
  older: (chat) => step(chat, -1),
  newer: (chat) => step(chat, 1),
  undo,
  redo,
  temperature: (chat, typed) => settings.set(chat, 'temperature', typed),
  length: (chat, typed) => settings.set(chat, 'length', typed),
  help,
  quit: async (chat) => {
    chat.left = true;
  },
  tree,
  goto: goTo,
  compare,
  branch: branches.branch,
  switch: branches.switchTo,
  choose,
  edit,
  write,
  erase,
  receipt,
  replay,
  remember: names.remember,
  forget: names.forget,
  stories: shelf.stories,
  open: shelf.open,
  new: shelf.begin,
  title: shelf.title,
  trash: shelf.trash,
  restore: shelf.restore,
  read: books.read,
  export: books.exportTo,
  model: settings.model,
};
