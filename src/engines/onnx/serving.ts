import { blocksOf, LOGIT_BLOCK, type ServingModel } from '#lstm';
import type { InferenceSession, Logits, OpenOptions, Run, ScoredRun } from '../engine.ts';
import { inputTable } from './input-table.ts';
import { forThisProcessor } from './integer-products.ts';
import { servingGraph } from './serving-graph.ts';
import { type Feeds, floats, ints, openSession, releaseOnce, runInto, units } from './session.ts';
import { type Rows, Slots } from './slots.ts';

/** Tokens that one run of a reading graph reads; shorter rests are read by shorter graphs, opened when first needed. */
const WINDOWS = [32, 8, 1];
/** Tokens that are scored at once: the logits of each stand in memory. */
const SCORED = 256;

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
  const readers = new Map<string, ReturnType<typeof openSession>>();
  const slots = new Slots(rows, H);
  const allBlocks = new Int32Array(rows * count);
  const allValues = new Float32Array(rows * count * LOGIT_BLOCK);
  let closed = false;

  const stateFeeds = ({ h, c }: Rows, n: number, suffix = ''): Feeds => ({
    [`h${suffix}`]: units(h.subarray(0, n * H), [n, H]),
    [`c${suffix}`]: floats(c.subarray(0, n * H), [n, H]),
  });

  function readerOf(window: number, gives: 'state' | 'likelihood'): ReturnType<typeof openSession> {
    const name = `${gives} ${window}`;
    let reader = readers.get(name);
    if (!reader) {
      reader = openSession(servingGraph(serving, { window, gives }), threads);
      readers.set(name, reader);
    }
    return reader;
  }

  /** Reads `window` tokens of each run, from `at` on. */
  async function readTogether(runs: readonly Reading[], window: number): Promise<void> {
    const n = runs.length;
    const scores = runs[0]!.nats !== undefined;
    const [tokens, targets] = [new Int32Array(window * n), new Int32Array(scores ? window * n : 0)];
    runs.forEach(({ tokens: read, next, at }, row) => {
      for (let t = 0; t < window; t++) {
        tokens[t * n + row] = read[at + t]!;
        if (scores) targets[t * n + row] = read[at + t + 1] ?? next!;
      }
    });
    const reader = await readerOf(window, scores ? 'likelihood' : 'state');
    const { input, output } = slots.take(runs.map((run) => run.slot));
    const feeds: Feeds = {
      table,
      tokens: ints(tokens, window === 1 ? [n] : [window, n]),
      ...stateFeeds(input, n),
      ...(scores && { targets: ints(targets, [window * n]) }),
    };
    const likelihood = new Float32Array(targets.length);
    await runInto(reader, feeds, {
      ...stateFeeds(output, n, 'Next'),
      ...(scores && { logLikelihood: floats(likelihood, [window * n, 1]) }),
    });
    runs.forEach((run, row) => {
      for (let t = 0; t < window && run.nats; t++) run.nats[run.at + t] = -likelihood[t * n + row]!;
      run.at += window;
    });
  }

  /** Reads all runs side by side, with the longest graphs that they fill; `most`: tokens to one run of a graph. */
  async function readAll(readings: readonly Reading[], most: number): Promise<void> {
    if (closed) throw new Error('this session is closed');
    for (const window of WINDOWS) {
      for (;;) {
        const ready = readings.filter(({ tokens, at }) => tokens.length - at >= window);
        if (ready.length === 0) break;
        const together = Math.max(1, Math.floor(most / window));
        for (let from = 0; from < ready.length; from += together) {
          await readTogether(ready.slice(from, from + together), window);
        }
      }
    }
  }

  return {
    async prefill(runs) {
      await readAll(
        runs.map((run) => ({ ...run, at: 0 })),
        Number.POSITIVE_INFINITY,
      );
    },
    async score(runs) {
      const readings = runs.map((run) => ({ ...run, at: 0, nats: new Float32Array(run.tokens.length) }));
      await readAll(readings, SCORED);
      return readings.map(({ nats }) => nats);
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
      return [decoder, ...readers.values()];
    }),
  };
}

type Reading = Run & Partial<ScoredRun> & { at: number; readonly nats?: Float32Array };
