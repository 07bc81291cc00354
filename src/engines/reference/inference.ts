import type { InferenceSession, Logits, OpenOptions, State } from '#engines';
import { blocksOf, LOGIT_BLOCK, type Model, strideOf } from '#lstm';
import { cell, crossEntropy, outputLogits } from './equations.ts';
import { gatherRows, type Matrix, matrix, rowOf } from './matrix.ts';
import { widen } from './tensors.ts';

/**
 * A state is rounded to float32 after every token, so that what `read` gives is the whole state: reading in one
 * piece, in two, or token by token ends in the same bits.
 */
export function openInference(model: Model, options: OpenOptions): InferenceSession {
  const { hidden: H } = model.config;
  const { slots, blocks = blocksOf(model.config) } = options;
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
    async score(runs) {
      return runs.map(({ slot, tokens, next }) => {
        stateOf(slot);
        return Float32Array.from(tokens, (token, at) => {
          const logits = outputLogits(w, advance([slot], Int32Array.of(token)));
          return crossEntropy(logits, [tokens[at + 1] ?? next])[0]!;
        });
      });
    },
    async decode(rows, tokens) {
      return bestBlocks(outputLogits(w, advance(rows, tokens)), strideOf(model.config), blocks);
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

/** Rounded to float32, padded with −∞ to whole blocks; of each row the `count` with the largest logits. */
function bestBlocks(logits: Matrix, stride: number, count: number): Logits {
  const all = stride / LOGIT_BLOCK;
  const blocks = new Int32Array(logits.rows * count);
  const values = new Float32Array(blocks.length * LOGIT_BLOCK);
  for (let row = 0; row < logits.rows; row++) {
    const padded = new Float32Array(stride).fill(Number.NEGATIVE_INFINITY);
    padded.set(rowOf(logits, row));
    const block = (b: number) => padded.subarray(b * LOGIT_BLOCK, (b + 1) * LOGIT_BLOCK);
    const largest = Array.from({ length: all }, (_, b) => Math.max(...block(b)));
    const best = [...largest.keys()].sort((a, b) => largest[b]! - largest[a]! || a - b).slice(0, count);
    blocks.set(best, row * count);
    best.forEach((b, at) => {
      values.set(block(b), (row * count + at) * LOGIT_BLOCK);
    });
  }
  return { count, blocks, values };
}
