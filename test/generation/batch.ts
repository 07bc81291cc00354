import type { InferenceSession } from '#engines';
import {
  encodePlace,
  type Order,
  type Origin,
  type PassageEvent,
  planReading,
  READ_TOKENS,
  Runner,
  Scheduler,
  type Segment,
  type StateCache,
  type WritingModel,
  type Written,
} from '#generation';
import { Random } from '#random';

/** What a test wants otherwise: how many tokens are read in a step, and what happens before each. */
export type BatchOptions = {
  readonly slots?: number;
  readonly chunk?: (id: number) => number;
  readonly beforeStep?: (step: number, runner: Runner) => void;
};

/**
 * Writes orders side by side as the worker does, without its thread; an order that fails gives its error. Everything
 * that a passage gave out is what its end says, or this throws.
 */
export async function writeBatch(
  { session, model, states }: { session: InferenceSession; model: WritingModel; states?: StateCache },
  orders: readonly Order[],
  { slots = 8, chunk = () => READ_TOKENS, beforeStep }: BatchOptions = {},
): Promise<(Written | { readonly error: unknown })[]> {
  const runner = new Runner(session, model, states);
  const scheduler = new Scheduler({ slots, waiting: orders.length });
  const plans = await Promise.all(
    orders.map(async (order) =>
      planReading(order, model, await states?.nearest(order.reading.origin, order.reading.segments)),
    ),
  );
  const unread = plans.map(({ tokens }) => tokens.length - 1);
  const ends: (Written | { readonly error: unknown })[] = [];
  const texts = orders.map(() => '');
  const hear = ({ id, text, end, error }: PassageEvent) => {
    texts[id] += text;
    if (!end && error === undefined) return;
    if (end && end.text !== texts[id]) throw new Error(`told "${texts[id]}", ended with "${end.text}"`);
    scheduler.end(id);
    ends[id] = end ?? { error };
  };
  for (const [id, { group }] of orders.entries()) scheduler.add({ id, group, unread: 0, cost: 1 });
  for (let step = 0; scheduler.waiting + scheduler.running > 0; step++) {
    // What is read is told here, so that it can be cut as a test likes; the scheduler gives rows only.
    const { admit, draw } = scheduler.plan();
    for (const { id, slot } of admit) hear(runner.begin(id, slot, orders[id]!, plans[id]!));
    beforeStep?.(step, runner);
    const read = draw.flatMap((id) => {
      const count = Math.min(chunk(id), unread[id]!);
      unread[id]! -= count;
      return count > 0 ? [{ id, count }] : [];
    });
    const ready = draw.filter((id) => unread[id] === 0);
    for (const event of await runner.step({ read, draw: ready })) hear(event);
  }
  return ends;
}

/** Chunks of 1 … `most` tokens, the same for the same seed. */
export function unevenly(seed: number, most: number): (id: number) => number {
  const random = Random.seeded(seed);
  return () => 1 + random.below(most);
}

/** Passages with these texts, one behind the other from the start of a story. */
export function segmentsOf(texts: readonly string[], name = 'p'): Segment[] {
  let end = 0;
  return texts.map((text, at) => {
    end += [...text].length;
    return { passage: `${name}${at}`, text, end };
  });
}

/** The bytes of the state that a cache holds behind a passage. */
export async function bytesBehind(
  states: StateCache,
  passage: string,
  origin: Origin = 'start',
): Promise<Uint8Array | undefined> {
  const found = await states.nearest(origin, [{ passage, text: '' }]);
  return found && encodePlace(found.place);
}
