import type { InferenceSession, Logits, OpenOptions, State } from '#engines';
import { LOGIT_BLOCK, type Model, strideOf } from '#lstm';
import { cell, outputLogits } from './equations.ts';
import { gatherRows, type Matrix, matrix, rowOf } from './matrix.ts';
import { widen } from './tensors.ts';

/**
 * A state is rounded to float32 after every token, so that what `read` gives is the whole state: reading in one
 * piece, in two, or token by token ends in the same bits.
 */
export function openInference(model: Model, { slots }: OpenOptions): InferenceSession {
  const { hidden: H } = model.config;
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
    async prefill(runs) {
      for (const { slot, tokens } of runs) {
        stateOf(slot);
        for (let at = 0; at < tokens.length; at++) advance([slot], tokens.subarray(at, at + 1));
      }
    },
    async decode(rows, tokens) {
      return inBlocks(outputLogits(w, advance(rows, tokens)), strideOf(model.config));
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

/** Rounded to float32, padded with −∞ to whole blocks, and the largest of each block. */
function inBlocks(logits: Matrix, stride: number): Logits {
  const values = new Float32Array(logits.rows * stride).fill(Number.NEGATIVE_INFINITY);
  for (let row = 0; row < logits.rows; row++) values.set(rowOf(logits, row), row * stride);
  const blockMax = Float32Array.from({ length: values.length / LOGIT_BLOCK }, (_, block) =>
    Math.max(...values.subarray(block * LOGIT_BLOCK, (block + 1) * LOGIT_BLOCK)),
  );
  return { stride, values, blockMax };
}
