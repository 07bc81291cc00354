import path from 'node:path';
import type { InferenceSession } from '#engines';
import {
  Batch,
  candidatesOf,
  type DrawingModel,
  defaultSettings,
  REACH,
  sample,
  startCursor,
} from '#generation';
import { Random } from '#random';
import { openModel } from '../../src/open-model.ts';
import { TEMPERATURE } from '../note.ts';
import { type Opened, openFor, type ReadingTask } from './open.ts';
import type { Step } from './step.ts';

/** The model that comes along. */
export const STARTER = path.join(import.meta.dirname, '..', '..', 'models', 'starter');

type Rows = { readonly rows: number };

/**
 * Writes `rows` stories at once, one character of each a step; counts characters. `drawing`: `whole` as passages are
 * drawn, with all that steers them, characters counting once they are given out; `plain` by temperature alone, as
 * the peers draw.
 */
export async function generation(
  task: ReadingTask & Rows & { readonly drawing: 'whole' | 'plain' },
): Promise<Step> {
  const opened = await openFor(task, task.rows);
  return task.drawing === 'whole' ? passages(opened.session, opened, task.rows) : plain(opened, task.rows);
}

/** The starter writes `rows` stories at once, as the worker lets it. */
export async function starter({ rows, threads }: Rows & { readonly threads: number }): Promise<Step> {
  const { session, model } = await openModel(STARTER, { slots: rows, threads });
  return passages(session, model, rows);
}

function passages(session: InferenceSession, model: DrawingModel, rows: number): Step {
  const batch = new Batch(session, model, rows);
  const settings = { ...defaultSettings, temperature: TEMPERATURE };
  const begin = (id: number, cursor = startCursor(model.vocabulary)) =>
    batch.add(id, { cursor, opening: '', settings, random: Random.seeded(id) });
  let next = 0;
  while (next < rows) begin(next++);
  return async () => {
    let characters = 0;
    for (const { text, end } of await batch.step()) {
      for (const _ of text) characters++;
      if (end) begin(next++, end);
    }
    return characters;
  };
}

function plain({ session }: Opened, rows: number): Step {
  const slots = Array.from({ length: rows }, (_, slot) => slot);
  const randoms = slots.map((slot) => Random.seeded(slot));
  const settings = { temperature: TEMPERATURE };
  const reach = REACH * TEMPERATURE;
  const tokens = Int32Array.from(slots, (slot) => 300 + slot);
  return async () => {
    const logits = await session.decode(slots, tokens);
    for (const row of slots) tokens[row] = sample(candidatesOf(logits, row, reach), settings, randoms[row]!)!;
    return rows;
  };
}
