import { setImmediate } from 'node:timers/promises';
import type { InferenceSession } from '#engines';
import type { Random } from '#random';
import type { VerbatimFilter, Vocabulary } from '#text';
import { candidatesOf } from './candidates.ts';
import { type Cursor, recentOf } from './cursor.ts';
import { Drawing, type Drawn } from './drawing.ts';
import type { WritingSettings } from './settings.ts';

/** One passage to be written. */
export type WriteRequest = {
  readonly session: InferenceSession;
  readonly vocabulary: Vocabulary;
  /** The row of the session that is used; nothing else may use it meanwhile. */
  readonly slot: number;
  /** Where the story stands. */
  readonly cursor: Cursor;
  /** Text that is read first; it is not given back. */
  readonly opening: string;
  readonly settings: WritingSettings;
  readonly random: Random;
  /** The novel that must not be copied from. */
  readonly verbatim?: VerbatimFilter | undefined;
  /** Ends the passage after the character that is being drawn; what is there stays. */
  readonly signal?: AbortSignal;
};

/** Characters after which the event loop gets a turn, so that keys are heard while a passage is written. */
const BREATH = 8;

/**
 * Reads the opening and writes on; gives out text as it becomes certain. Returns the place to go on from, which
 * has read the opening and exactly the text that was given out.
 * @throws UserError `text.lone-surrogate` if the opening is not well-formed
 */
export async function* write(request: WriteRequest): AsyncGenerator<string, Cursor> {
  const { session, vocabulary, slot, cursor, opening, signal } = request;
  const read = vocabulary.encode(opening);
  const before = recentOf(cursor.recent + opening);
  const drawing = new Drawing({ ...request, before });
  // Not spread into arguments: an opening may be a whole novel.
  const tokens = new Int32Array(1 + read.length);
  tokens[0] = cursor.pending;
  tokens.set(read, 1);
  let pending = tokens.at(-1)!;

  session.write(slot, cursor.state);
  if (tokens.length > 1) await session.prefill([{ slot, tokens: tokens.subarray(0, -1) }]);

  /** Where the drawing may send back to, by position. */
  const kept = new Map<number, Pick<Cursor, 'state' | 'pending'>>();
  const keep = () => kept.set(drawing.position, { state: session.read(slot), pending });
  let text = '';
  for (let count = 1; ; count++) {
    let drawn: Drawn | undefined = signal?.aborted ? drawing.stop() : undefined;
    if (drawn || drawing.keeps) keep();
    for (const position of kept.keys()) if (position < drawing.oldest) kept.delete(position);
    if (!drawn) {
      const logits = await session.decode([slot], Int32Array.of(pending));
      drawn = drawing.draw(candidatesOf(logits, 0, drawing.reach));
    }
    if (drawn.text !== '') yield drawn.text;
    text += drawn.text;
    if (drawn.kind === 'end') return { ...kept.get(drawn.position)!, recent: recentOf(before + text) };
    if (drawn.kind === 'back') session.write(slot, kept.get(drawn.position)!.state);
    pending = drawn.token;
    if (count % BREATH === 0) await setImmediate();
  }
}
