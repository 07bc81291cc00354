import type { State } from '#engines';
import type { Vocabulary } from '#text';

/**
 * A place in a story from which a model can go on: the state after everything but the last token, and that
 * token, which is read when the next is drawn. Plain data: keeping one makes undo exact.
 */
export type Cursor = { readonly state: State | null; readonly pending: number };

/**
 * The place where every story begins: the zero state, at the start of a paragraph. (Behind the start-of-story
 * token the model expects a chapter's title, which is not what people type.)
 */
export function startCursor(vocabulary: Vocabulary): Cursor {
  return { state: null, pending: vocabulary.encode('\n')[0]! };
}
