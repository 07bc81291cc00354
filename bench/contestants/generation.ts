import path from 'node:path';
import type { InferenceSession } from '#engines';
import {
  candidatesOf,
  defaultSettings,
  planReading,
  REACH,
  type Reading,
  Runner,
  recentOf,
  type Segment,
  StateCache,
  sample,
  type WritingModel,
} from '#generation';
import { Random } from '#random';
import { openModel } from '../../src/open-model.ts';
import { TEMPERATURE } from '../note.ts';
import { type Opened, openFor, type ReadingTask } from './open.ts';
import type { Step } from './step.ts';

/** The model that comes along. */
export const STARTER = path.join(import.meta.dirname, '..', '..', 'models', 'starter');

/** A model that has no beginnings of its own to read first. */
const NOBODY = {
  title: '',
  preset: 'seed',
  script: 'simplified',
  openings: [],
  tokensRead: 0,
  heldOutBits: null,
} as const;

type Rows = { readonly rows: number };

/**
 * Writes `rows` stories at once, one character of each a step; counts characters. `drawing`: `whole` as passages are
 * drawn, with all that steers them, characters counting once they are given out; `plain` by temperature alone, as
 * the peers draw.
 */
export async function generation(
  task: ReadingTask & Rows & { readonly drawing: 'whole' | 'plain'; readonly length?: number },
): Promise<Step> {
  const opened = await openFor(task, task.rows);
  return task.drawing === 'whole'
    ? passages(opened.session, { ...opened, about: NOBODY }, opened.hidden, task)
    : plain(opened, task.rows);
}

/** The starter writes `rows` stories at once, as the worker lets it. */
export async function starter({ rows, threads }: Rows & { readonly threads: number }): Promise<Step> {
  const { session, model, config } = await openModel(STARTER, { slots: rows, threads });
  return passages(session, { ...model, about: NOBODY }, config.hidden, { rows });
}

function passages(
  session: InferenceSession,
  model: WritingModel,
  hidden: number,
  { rows, length = defaultSettings.length }: Rows & { readonly length?: number },
): Step {
  const states = new StateCache({ hidden, hotBytes: 2 ** 30 });
  const runner = new Runner(session, model, states);
  const settings = { ...defaultSettings, temperature: TEMPERATURE, length };
  const begin = async (slot: number, id: number, before: readonly Segment[] = []) => {
    const recent = recentOf(before.map(({ text }) => text).join(''));
    const reading: Reading = { origin: 'start', segments: before, whole: true, recent };
    const order = { passage: String(id), group: '', reading, settings, seed: id };
    const found = await states.nearest('start', before);
    runner.begin(id, slot, order, planReading(order, model, found));
  };
  let next = rows;
  /** By the number of the passage, its row. */
  const slots = new Map<number, number>();
  let ready: Promise<unknown> = Promise.all(
    Array.from({ length: rows }, (_, slot) => {
      slots.set(slot, slot);
      return begin(slot, slot);
    }),
  );
  return async () => {
    await ready;
    let characters = 0;
    const draw = [...slots].toSorted(([, a], [, b]) => a - b).map(([id]) => id);
    for (const { id, text, end } of await runner.step({ read: [], draw })) {
      for (const _ of text) characters++;
      if (!end) continue;
      const slot = slots.get(id)!;
      slots.delete(id);
      slots.set(next, slot);
      const segment = { passage: String(id), text: end.text, end: [...end.text].length };
      ready = begin(slot, next++, [segment]);
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
