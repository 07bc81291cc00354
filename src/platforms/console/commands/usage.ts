import type { Chat } from '../chat.ts';
import type { CommandName } from '../command-table.ts';
import { usageOf } from '../help.ts';

/** Says how a command is typed. */
export function sayUsage(chat: Chat, name: CommandName): void {
  chat.say('chat.usage', { usage: usageOf(name, chat.t), what: chat.t(`chat.help.${name}`) });
}
