import { blocksOf, LOGIT_BLOCK, type ServingModel } from '#lstm';
import type { InferenceSession, Logits, OpenOptions } from '../engine.ts';
import { inputTable } from './input-table.ts';
import { forThisProcessor } from './integer-products.ts';
import { servingGraph } from './serving-graph.ts';
import { type Feeds, floats, ints, openSession, releaseOnce, runInto, units } from './session.ts';
import { type Rows, Slots } from './slots.ts';

/** Tokens that one run of a prefill graph reads; shorter rests are read by shorter graphs, opened when first needed. */
const WINDOWS = [32, 8, 1];

/**
 * A session that writes with the prepared model, exactly: on one machine a row's logits and state are the same bits
 * alone or among others, on one thread or two, read token by token or in runs.
 */
export async function openServing(prepared: ServingModel, options: OpenOptions): Promise<InferenceSession> {
  const serving = await forThisProcessor(prepared);
  const { config } = serving;
  const { slots: rows, threads, blocks: count = blocksOf(config) } = options;
  const { hidden: H } = config;
  const table = await inputTable(serving, serving.embedding);
  const decoder = await openSession(
    servingGraph(serving, { window: 1, gives: 'logits', blocks: count }),
    threads,
  );
  const prefillers = new Map<number, ReturnType<typeof openSession>>();
  const slots = new Slots(rows, H);
  const allBlocks = new Int32Array(rows * count);
  const allValues = new Float32Array(rows * count * LOGIT_BLOCK);
  let closed = false;

  const stateFeeds = ({ h, c }: Rows, n: number, suffix = ''): Feeds => ({
    [`h${suffix}`]: units(h.subarray(0, n * H), [n, H]),
    [`c${suffix}`]: floats(c.subarray(0, n * H), [n, H]),
  });

  /** Reads `window` tokens of each run, from `at` on. */
  async function readTogether(runs: readonly Reading[], window: number): Promise<void> {
    let prefiller = prefillers.get(window);
    if (!prefiller) {
      prefiller = openSession(servingGraph(serving, { window, gives: 'state' }), threads);
      prefillers.set(window, prefiller);
    }
    const n = runs.length;
    const tokens = new Int32Array(window * n);
    runs.forEach((run, row) => {
      for (let t = 0; t < window; t++) tokens[t * n + row] = run.tokens[run.at + t]!;
      run.at += window;
    });
    const { input, output } = slots.take(runs.map((run) => run.slot));
    const feeds = { table, tokens: ints(tokens, window === 1 ? [n] : [window, n]), ...stateFeeds(input, n) };
    await runInto(await prefiller, feeds, stateFeeds(output, n, 'Next'));
  }

  return {
    async prefill(runs) {
      if (closed) throw new Error('this session is closed');
      const readings = runs.map((run) => ({ ...run, at: 0 }));
      for (const window of WINDOWS) {
        for (;;) {
          const ready = readings.filter(({ tokens, at }) => tokens.length - at >= window);
          if (ready.length === 0) break;
          await readTogether(ready, window);
        }
      }
    },
    async decode(chosen, tokens): Promise<Logits> {
      const n = chosen.length;
      const { input, output } = slots.take(chosen);
      const feeds = { table, tokens: ints(tokens, [n]), ...stateFeeds(input, n) };
      const blocks = allBlocks.subarray(0, n * count);
      const values = allValues.subarray(0, n * count * LOGIT_BLOCK);
      await runInto(decoder, feeds, {
        blocks: ints(blocks, [n, count]),
        values: floats(values, [n, count, LOGIT_BLOCK]),
        ...stateFeeds(output, n, 'Next'),
      });
      return { count, blocks, values };
    },
    read: (slot) => slots.read(slot),
    write: (slot, state) => slots.write(slot, state),
    [Symbol.asyncDispose]: releaseOnce(() => {
      closed = true;
      return [decoder, ...prefillers.values()];
    }),
  };
}

type Reading = { readonly slot: number; readonly tokens: Int32Array; at: number };
