import type { InferenceSession as Session } from 'onnxruntime-node';
import { blocksOf, type Model } from '#lstm';
import type { InferenceSession, Logits, OpenOptions, State } from '../engine.ts';
import { readingFeeds, weightFeeds } from './feeds.ts';
import type { Graph } from './graph.ts';
import { decodeGraph, prefillGraph, scoringGraph } from './reading-graphs.ts';
import { type Feeds, floats, ints, openSession, releaseOnce } from './session.ts';

/** Tokens of one reading graph; shorter rests are read one by one. */
const PREFILL = 32;

/** A session for writing: one graph for single tokens, made at once, one for runs of tokens, made when first needed. */
export async function openInference(model: Model, options: OpenOptions): Promise<InferenceSession> {
  const { hidden: H } = model.config;
  const { slots, threads, blocks: count = blocksOf(model.config) } = options;
  const decoder = await openSession(decodeGraph(model, count), threads);
  const readers = new Map<string, ReturnType<typeof openSession>>();
  let closed = false;
  const h = new Float32Array(slots * H);
  const c = new Float32Array(slots * H);
  const row = (all: Float32Array, slot: number) => all.subarray(slot * H, (slot + 1) * H);

  function readerOf(name: string, graph: () => Graph): ReturnType<typeof openSession> {
    let reader = readers.get(name);
    if (!reader) {
      reader = openSession(graph(), threads);
      readers.set(name, reader);
    }
    return reader;
  }

  /** Runs a graph of one row from the slot's state to the next. */
  async function read(session: Session, slot: number, feeds: Feeds): Promise<Feeds> {
    const out = await session.run({
      ...weightFeeds(model.config, model.weights),
      ...feeds,
      h: floats(row(h, slot), [1, H]),
      c: floats(row(c, slot), [1, H]),
    });
    row(h, slot).set(out.hNext!.data as Float32Array);
    row(c, slot).set(out.cNext!.data as Float32Array);
    return out;
  }

  async function prefillRun(slot: number, tokens: Int32Array): Promise<void> {
    const { length } = tokens;
    const session = await readerOf(`prefill ${length}`, () => prefillGraph(model.config, length));
    await read(session, slot, { tokens: ints(tokens, [length]) });
  }

  /** As `prefillRun`; returns the nats of `targets`, the tokens that follow. */
  async function scoreRun(slot: number, tokens: Int32Array, targets: Int32Array): Promise<Float32Array> {
    const shape = { batch: 1, window: tokens.length };
    const session = await readerOf(`score ${shape.window}`, () => scoringGraph(model.config, shape));
    const keep = Float32Array.of(1);
    const { logLikelihood } = await read(session, slot, readingFeeds({ tokens, targets, keep }, shape));
    return (logLikelihood!.data as Float32Array).map((l) => -l);
  }

  /** Hands a text on in the pieces that the graphs read. */
  async function inPieces(tokens: Int32Array, each: (from: number, to: number) => Promise<void>) {
    if (closed) throw new Error('this session is closed');
    let from = 0;
    for (; from + PREFILL <= tokens.length; from += PREFILL) await each(from, from + PREFILL);
    for (; from < tokens.length; from++) await each(from, from + 1);
  }

  return {
    async prefill(runs) {
      for (const { slot, tokens } of runs)
        await inPieces(tokens, (from, to) => prefillRun(slot, tokens.slice(from, to)));
    },
    async score(runs) {
      const all: Float32Array[] = [];
      for (const { slot, tokens, next } of runs) {
        const following = new Int32Array(tokens.length).fill(next);
        following.set(tokens.subarray(1));
        const nats = new Float32Array(tokens.length);
        await inPieces(tokens, async (from, to) => {
          nats.set(await scoreRun(slot, tokens.slice(from, to), following.slice(from, to)), from);
        });
        all.push(nats);
      }
      return all;
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
      return [decoder, ...readers.values()];
    }),
  };
}
