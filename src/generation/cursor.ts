import type { State } from '#engines';
import type { Vocabulary } from '#text';

/** Characters (code points) of a story that drawing looks back on. */
export const RECENT = 512;

/**
 * A place in a story from which a model can go on: the state after everything but the last token, and that
 * token, which is read when the next is drawn. Plain data: keeping one makes undo exact.
 */
export type Cursor = {
  readonly state: State | null;
  readonly pending: number;
  /** The last `RECENT` characters of the story: what not to repeat, and which quotations are open. */
  readonly recent: string;
};

/**
 * The place where every story begins: the zero state, at the start of a paragraph. (Behind the start-of-story
 * token the model expects a chapter's title, which is not what people type.)
 */
export function startCursor(vocabulary: Vocabulary): Cursor {
  return { state: null, pending: vocabulary.encode('\n')[0]!, recent: '' };
}

/** The last `RECENT` characters of a text. */
export function recentOf(text: string): string {
  // Twice as many UTF-16 units hold them, and a whole novel need not be taken apart.
  const tail = text.slice(-2 * RECENT - 1);
  return [...tail].slice(-RECENT).join('');
}
