import type { FiledPassage, StoryFile } from '#books';
import { UserError } from '#errors';
import type { Chat } from './chat.ts';

/** A story whose passages have the numbers in which they came; a passage keeps its number for ever. */
export type Numbered = {
  readonly story: StoryFile;
  /** The first has number 1. */
  readonly passages: readonly FiledPassage[];
  readonly head: string | null;
  numberOf(id: string): number;
  /**
   * The passage of a number that was typed.
   * @throws UserError `chat.no-such-number`
   */
  passageAt(typed: string): FiledPassage;
};

/**
 * The story at hand with its passages in order.
 * @throws UserError `chat.no-story`
 */
export async function numberPassages(chat: Chat): Promise<Numbered> {
  const { id } = await chat.story();
  const story = await chat.stories.dump(id);
  // Parents come before their children, and what came in the same millisecond stays as it is.
  const passages = story.passages.toSorted((a, b) => a.at - b.at);
  const numbers = new Map(passages.map((passage, index) => [passage.id, index + 1]));
  return {
    story,
    passages,
    head: story.branches[story.branch] ?? null,
    numberOf: (passage) => numbers.get(passage)!,
    passageAt(typed) {
      const passage = passages[readNumber(typed) - 1];
      if (!passage) throw new UserError('chat.no-such-number', { typed, last: passages.length });
      return passage;
    },
  };
}

/** A number as it may be typed (３, #3); NaN if it is none. */
export function readNumber(typed: string): number {
  const digits = typed.normalize('NFKC').trim().replace(/^#/, '');
  return /^\d+$/.test(digits) ? Number(digits) : Number.NaN;
}
