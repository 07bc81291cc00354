import { UserError } from '#errors';
import type { Chat } from '../chat.ts';

/** Takes back the last turn. */
export async function undo(chat: Chat): Promise<void> {
  if (chat.id === undefined) throw new UserError('story.nothing-to-undo');
  const { head } = await chat.stories.undo(chat.id);
  if (!head) return chat.say('chat.undone-all');
  await chat.showEnd('chat.undone');
}

export async function redo(chat: Chat): Promise<void> {
  if (chat.id === undefined) throw new UserError('story.nothing-to-redo');
  await chat.stories.redo(chat.id);
  await chat.showEnd('chat.redone');
}
