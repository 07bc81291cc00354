import { blocksOf, type Model } from '#lstm';
import type { InferenceSession, Logits, OpenOptions, State } from '../engine.ts';
import { weightFeeds } from './feeds.ts';
import { decodeGraph, prefillGraph } from './reading-graphs.ts';
import { floats, ints, openSession, releaseOnce } from './session.ts';

/** Tokens of one prefill graph; shorter rests are read one by one. */
const PREFILL = 32;

/** A session for writing: one graph for single tokens, made at once, one for runs of tokens, made when first needed. */
export async function openInference(model: Model, options: OpenOptions): Promise<InferenceSession> {
  const { hidden: H } = model.config;
  const { slots, threads, blocks: count = blocksOf(model.config) } = options;
  const decoder = await openSession(decodeGraph(model, count), threads);
  const prefillers = new Map<number, ReturnType<typeof openSession>>();
  let closed = false;
  const h = new Float32Array(slots * H);
  const c = new Float32Array(slots * H);
  const row = (all: Float32Array, slot: number) => all.subarray(slot * H, (slot + 1) * H);

  async function readRun(slot: number, tokens: Int32Array): Promise<void> {
    if (closed) throw new Error('this session is closed');
    let prefiller = prefillers.get(tokens.length);
    if (!prefiller) {
      prefiller = openSession(prefillGraph(model.config, tokens.length), threads);
      prefillers.set(tokens.length, prefiller);
    }
    const out = await (await prefiller).run({
      ...weightFeeds(model.config, model.weights),
      tokens: ints(tokens, [tokens.length]),
      h: floats(row(h, slot), [1, H]),
      c: floats(row(c, slot), [1, H]),
    });
    row(h, slot).set(out.hNext!.data as Float32Array);
    row(c, slot).set(out.cNext!.data as Float32Array);
  }

  return {
    async prefill(runs) {
      for (const { slot, tokens } of runs) {
        let from = 0;
        for (; from + PREFILL <= tokens.length; from += PREFILL)
          await readRun(slot, tokens.slice(from, from + PREFILL));
        for (; from < tokens.length; from++) await readRun(slot, tokens.slice(from, from + 1));
      }
    },
    async decode(rows, tokens): Promise<Logits> {
      const n = rows.length;
      const gather = (all: Float32Array) => {
        const part = new Float32Array(n * H);
        rows.forEach((slot, i) => {
          part.set(row(all, slot), i * H);
        });
        return floats(part, [n, H]);
      };
      const out = await decoder.run({ tokens: ints(tokens, [n]), h: gather(h), c: gather(c) });
      const [hNext, cNext] = [out.hNext!.data as Float32Array, out.cNext!.data as Float32Array];
      rows.forEach((slot, i) => {
        row(h, slot).set(row(hNext, i));
        row(c, slot).set(row(cNext, i));
      });
      return {
        count,
        blocks: out.blocks!.data as Int32Array,
        values: out.values!.data as Float32Array,
      };
    },
    read(slot): State {
      return { h: row(h, slot).slice(), c: row(c, slot).slice() };
    },
    write(slot, state) {
      row(h, slot).set(state?.h ?? new Float32Array(H));
      row(c, slot).set(state?.c ?? new Float32Array(H));
    },
    [Symbol.asyncDispose]: releaseOnce(() => {
      closed = true;
      return [decoder, ...prefillers.values()];
    }),
  };
}
