import type { RememberedName } from '#stories';
import type { Chat } from '../chat.ts';
import { readNumber } from '../numbers.ts';

/** Has the story remember names, or lists those that it does. */
export async function remember(chat: Chat, typed: string): Promise<void> {
  const names = namesIn(typed);
  if (names.length === 0)
    return listNames(chat, chat.id === undefined ? [] : await chat.stories.names(chat.id));
  const id = await chat.begin();
  let all: readonly RememberedName[] = [];
  for (const name of names) all = await chat.stories.remember(id, name);
  chat.say('chat.remembered', { names: names.join('、') });
  listNames(chat, all);
}

/** Lets go of a name, by itself or its number. */
export async function forget(chat: Chat, typed: string): Promise<void> {
  const { id } = await chat.story();
  if (typed === '') return listNames(chat, await chat.stories.names(id));
  const number = readNumber(typed);
  const left = await chat.stories.forgetName(id, Number.isNaN(number) ? typed : number);
  chat.say('chat.forgotten');
  listNames(chat, left);
}

const namesIn = (typed: string): string[] => typed.split(/[\s,，、;；]+/).filter((name) => name !== '');

function listNames(chat: Chat, names: readonly RememberedName[]): void {
  if (names.length > 0) chat.list(names.map(({ id, name }) => [String(id), name]));
  chat.say(names.length > 0 ? 'chat.names-keys' : 'chat.no-names');
}
