import { setImmediate } from 'node:timers/promises';
import type { InferenceSession } from '#engines';
import type { Random } from '#random';
import type { Vocabulary } from '#text';
import type { Cursor } from './cursor.ts';
import { Drawing } from './drawing.ts';
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
  /** Ends the passage after the character that is being drawn; what is there stays. */
  readonly signal?: AbortSignal;
};

/** Characters after which the event loop gets a turn, so that keys are heard while a passage is written. */
const BREATH = 8;

/**
 * Reads the opening and writes on, character by character as drawn. Returns the place to go on from, which
 * has read the opening and exactly the text that was given out.
 * @throws UserError `text.lone-surrogate` if the opening is not well-formed
 */
export async function* write(request: WriteRequest): AsyncGenerator<string, Cursor> {
  const { session, vocabulary, slot, cursor, opening, signal } = request;
  const drawing = new Drawing(vocabulary, request.settings, request.random);
  const read = vocabulary.encode(opening);
  // Not spread into arguments: an opening may be a whole novel.
  const tokens = new Int32Array(1 + read.length);
  tokens[0] = cursor.pending;
  tokens.set(read, 1);
  let pending = tokens.at(-1)!;

  session.write(slot, cursor.state);
  if (tokens.length > 1) await session.prefill(slot, tokens.subarray(0, -1));

  let end: Cursor | undefined;
  for (let count = 1; ; count++) {
    const here = drawing.atBoundary;
    if (here) {
      if (signal?.aborted || drawing.isFull) return { state: session.read(slot), pending };
      end = drawing.mayEnd ? { state: session.read(slot), pending } : undefined;
    }
    const candidates = await session.decode([slot], Int32Array.of(pending));
    const { token, text, ended } = drawing.draw(candidates);
    if (ended && end) return end;
    pending = token;
    if (text !== '') yield text;
    if (count % BREATH === 0) await setImmediate();
  }
}
