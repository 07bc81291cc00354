import type { InferenceSession, OpenOptions, State, TopK } from '#engines';
import type { Model } from '#lstm';
import { cell, logSumExp, outputLogits } from './equations.ts';
import { gatherRows, type Matrix, matrix, rowOf } from './matrix.ts';
import { widen } from './tensors.ts';

/**
 * A state is rounded to float32 after every token, so that what `read` gives is the whole state: reading in one
 * piece, in two, or token by token ends in the same bits.
 */
export function openInference(model: Model, { slots, topK }: OpenOptions): InferenceSession {
  const { hidden: H, vocabulary: V } = model.config;
  if (!(topK >= 1 && topK <= V)) throw new RangeError(`topK ${topK} is not between 1 and ${V}`);
  const w = widen(model.config, model.weights);
  const zero = (): State => ({ h: new Float32Array(H), c: new Float32Array(H) });
  const states = Array.from({ length: slots }, zero);
  let open = true;

  const stateOf = (slot: number): State => {
    if (!open) throw new Error('the session is closed');
    const state = states[slot];
    if (state === undefined) throw new RangeError(`slot ${slot} of ${slots}`);
    return state;
  };

  /** Reads one token into each slot; returns h. */
  const advance = (rows: readonly number[], tokens: Int32Array): Matrix => {
    const h = matrix(
      rows.length,
      H,
      rows.flatMap((slot) => [...stateOf(slot).h]),
    );
    const c = matrix(
      rows.length,
      H,
      rows.flatMap((slot) => [...stateOf(slot).c]),
    );
    const next = cell(w, gatherRows(w.embedding!, tokens), { h, c });
    rows.forEach((slot, row) => {
      stateOf(slot).h.set(rowOf(next.h, row));
      stateOf(slot).c.set(rowOf(next.c, row));
    });
    return matrix(rows.length, H, Float32Array.from(next.h.data));
  };

  return {
    async prefill(slot, tokens) {
      stateOf(slot);
      for (let at = 0; at < tokens.length; at++) advance([slot], tokens.subarray(at, at + 1));
    },
    async decode(rows, tokens) {
      return bestOf(outputLogits(w, advance(rows, tokens)), topK);
    },
    read(slot) {
      const { h, c } = stateOf(slot);
      return { h: h.slice(), c: c.slice() };
    },
    write(slot, state) {
      const { h, c } = stateOf(slot);
      h.set((state ?? zero()).h);
      c.set((state ?? zero()).c);
    },
    async [Symbol.asyncDispose]() {
      open = false;
    },
  };
}

/** The k largest of every row. Order is that of the float32 logits which are returned, so ties show as ties. */
function bestOf(logits: Matrix, k: number): TopK {
  const out = {
    k,
    ids: new Int32Array(logits.rows * k),
    logits: new Float32Array(logits.rows * k),
    logSumExp: new Float32Array(logits.rows),
  };
  for (let row = 0; row < logits.rows; row++) {
    const values = Float32Array.from(rowOf(logits, row));
    const best = Array.from(values.keys())
      .sort((a, b) => values[b]! - values[a]! || a - b)
      .slice(0, k);
    out.ids.set(best, row * k);
    out.logits.set(
      best.map((id) => values[id]!),
      row * k,
    );
    out.logSumExp[row] = logSumExp(rowOf(logits, row));
  }
  return out;
}
