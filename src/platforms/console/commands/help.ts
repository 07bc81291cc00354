import type { Chat } from '../chat.ts';
import { helpOn, helpRows } from '../help.ts';
import { parseInput } from '../input.ts';

/** Shows all that can be typed, or more about one command. */
export async function help(chat: Chat, typed: string): Promise<void> {
  if (typed === '') {
    chat.list(helpRows(chat.t));
    return chat.say('chat.help-more');
  }
  const asked = parseInput(/^[/／]/.test(typed) ? typed : `/${typed}`);
  if (asked.kind === 'command') chat.list(helpOn(asked.name, chat.t));
  else chat.sayUnknown(asked.kind === 'unknown' ? asked : { typed });
}
