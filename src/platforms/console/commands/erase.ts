import { UserError } from '#errors';
import type { Chat } from '../chat.ts';
import { ME } from '../last-typed.ts';
import { numberPassages } from '../numbers.ts';
import { isNo, isYes } from '../words.ts';
import { shorten } from '../wrap-remark.ts';
import { ownLast } from './write.ts';

const COLUMNS = 200;

/** Asks whether a text shall be gone for good, and erases it. */
export async function erase(chat: Chat, typed: string): Promise<void> {
  const { id: story } = await chat.story();
  const { passageAt, numberOf } = await numberPassages(chat);
  const passage = typed === '' ? await ownLast(chat, 'chat.nothing-yours') : passageAt(typed);
  const number = numberOf(passage.id);
  if (passage.erased) throw new UserError('chat.erased-before', { number });
  chat.say('chat.erase-asks', { number, text: shorten(await chat.textOf(passage), COLUMNS) });
  chat.awaiting = async (line) => {
    if (!isYes(line)) {
      chat.say('chat.erase-kept');
      return line.trim() === '' || isNo(line);
    }
    // Whoever sits at the machine is its operator.
    await chat.stories.erase(story, passage.id, { by: ME, operator: true });
    chat.say('chat.erased', { number });
    return true;
  };
}
