import { setImmediate } from 'node:timers/promises';
import type { InferenceSession } from '#engines';
import { Random } from '#random';
import { Batch, type DrawingModel } from './batch.ts';
import type { Cursor } from './cursor.ts';
import type { WritingSettings } from './settings.ts';

/** One passage to be written; the same order gives the same text, whoever else is written for. */
export type SampleOrder = {
  /** Where the story stands. */
  readonly cursor: Cursor;
  /** Text that is read first; it is not given back. */
  readonly opening: string;
  readonly settings: WritingSettings;
  /** An integer, 0 … 2⁵³ − 1. */
  readonly seed: number;
  /** Ends the passage after the character that is being drawn; what is there stays. */
  readonly signal?: AbortSignal;
};

/**
 * Reads the opening and writes on; gives out text as it becomes certain. Returns the place to go on from, which
 * has read the opening and exactly the text that was given out.
 * @throws UserError `text.lone-surrogate` if the opening is not well-formed
 */
export type Write = (order: SampleOrder) => AsyncGenerator<string, Cursor>;

/** Tokens after which the event loop gets a turn, so that keys are heard while a passage is written. */
const BREATH = 8;

/** Writes on this thread, one passage at a time, in slot 0 of the session. */
export function writerOn(session: InferenceSession, model: DrawingModel): Write {
  return async function* write({ cursor, opening, settings, seed, signal }) {
    const batch = new Batch(session, model, 1);
    batch.add(0, { cursor, opening, settings, random: Random.seeded(seed) });
    for (let count = 1; ; count++) {
      if (signal?.aborted) batch.stop(0);
      for (const { text, end } of await batch.step()) {
        if (text !== '') yield text;
        if (end) return end;
      }
      if (count % BREATH === 0) await setImmediate();
    }
  };
}
