/**
 * The model, line by line: gates as in Gers, Schmidhuber & Cummins 2000 ("Learning to Forget"), blocks in the
 * order forget, input, new value, output. A batch is one row a stream. `d…` is the derivative of the loss with
 * respect to what follows the d.
 */
import type { WeightName } from '#lstm';
import {
  beside,
  columns,
  type Matrix,
  map,
  matmul,
  plus,
  plusRow,
  rowOf,
  sumRows,
  times,
  transpose,
} from './matrix.ts';

/** Weights, or gradients of weights, in float64; a bias is one row. Which are there: see `weightShapes`. */
export type Tensors = Readonly<Partial<Record<WeightName, Matrix>>>;

/** What the LSTM remembers: [B × H] each. */
export type LstmState = { readonly h: Matrix; readonly c: Matrix };

/** One step of the LSTM with all that its derivative needs. */
export type Cell = LstmState & {
  readonly x: Matrix;
  readonly before: LstmState;
  readonly f: Matrix;
  readonly i: Matrix;
  readonly g: Matrix;
  readonly o: Matrix;
};

const sigmoid = (z: number): number => 1 / (1 + Math.exp(-z));
const sigmoidSlope = (s: number): number => s * (1 - s);
const tanhSlope = (t: number): number => 1 - t * t;

/** One step: x [B × E] and the state before it give the state after it. */
export function cell(w: Tensors, x: Matrix, before: LstmState): Cell {
  const H = before.h.columns;
  const z = plusRow(
    plus(matmul(x, w['lstm.kernel']!), matmul(before.h, w['lstm.recurrent']!)),
    w['lstm.bias']!,
  );
  const f = map(columns(z, 0 * H, H), sigmoid);
  const i = map(columns(z, 1 * H, H), sigmoid);
  const g = map(columns(z, 2 * H, H), Math.tanh);
  const o = map(columns(z, 3 * H, H), sigmoid);
  const c = plus(times(f, before.c), times(i, g));
  const h = times(o, map(c, Math.tanh));
  return { x, before, f, i, g, o, c, h };
}

/** Derivatives of one step, given those that reach its h and c from later. */
export function cellBackward(w: Tensors, { x, before, f, i, g, o, c }: Cell, dh: Matrix, dcLater: Matrix) {
  const tanhC = map(c, Math.tanh);
  const dc = plus(dcLater, times(dh, o, map(tanhC, tanhSlope)));
  const dzf = times(dc, before.c, map(f, sigmoidSlope));
  const dzi = times(dc, g, map(i, sigmoidSlope));
  const dzg = times(dc, i, map(g, tanhSlope));
  const dzo = times(dh, tanhC, map(o, sigmoidSlope));
  const dz = beside(dzf, dzi, dzg, dzo);
  return {
    dKernel: matmul(transpose(x), dz),
    dRecurrent: matmul(transpose(before.h), dz),
    dBias: sumRows(dz),
    dx: matmul(dz, transpose(w['lstm.kernel']!)),
    dhBefore: matmul(dz, transpose(w['lstm.recurrent']!)),
    dcBefore: times(dc, f),
  };
}

/** y [B × H] → logits [B × V]; tied when the model has a projection (Press & Wolf 2017). */
export function outputLogits(w: Tensors, y: Matrix): Matrix {
  const projection = w['output.projection'];
  if (projection === undefined) return plusRow(matmul(y, w['output.kernel']!), w['output.bias']!);
  return plusRow(matmul(matmul(y, projection), transpose(w.embedding!)), w['output.bias']!);
}

/** Derivatives of the output layer: dy, and a gradient for each weight that it uses. */
export function outputBackward(w: Tensors, y: Matrix, dLogits: Matrix): { dy: Matrix; gradients: Tensors } {
  const dOutputBias = sumRows(dLogits);
  const projection = w['output.projection'];
  if (projection === undefined) {
    const dOutputKernel = matmul(transpose(y), dLogits);
    const dy = matmul(dLogits, transpose(w['output.kernel']!));
    return { dy, gradients: { 'output.kernel': dOutputKernel, 'output.bias': dOutputBias } };
  }
  const projected = matmul(y, projection);
  const dProjected = matmul(dLogits, w.embedding!);
  const dEmbedding = matmul(transpose(dLogits), projected);
  const dProjection = matmul(transpose(y), dProjected);
  const dy = matmul(dProjected, transpose(projection));
  return {
    dy,
    gradients: { embedding: dEmbedding, 'output.projection': dProjection, 'output.bias': dOutputBias },
  };
}

/** log Σ exp of one row, kept in range by its largest element. */
export function logSumExp(logits: Float64Array): number {
  const largest = logits.reduce((a, b) => Math.max(a, b), -Infinity);
  return largest + Math.log(logits.reduce((sum, logit) => sum + Math.exp(logit - largest), 0));
}

/** −log p(target) of every row, nats. */
export const crossEntropy = (logits: Matrix, targets: readonly number[]): readonly number[] =>
  targets.map((target, row) => logSumExp(rowOf(logits, row)) - rowOf(logits, row)[target]!);

/** The derivative of `weight` · Σ crossEntropy: softmax less one at the target. */
export function crossEntropyBackward(logits: Matrix, targets: readonly number[], weight: number): Matrix {
  const out = map(logits, (logit) => logit);
  targets.forEach((target, row) => {
    const shift = logSumExp(rowOf(logits, row));
    const d = rowOf(out, row);
    for (let id = 0; id < d.length; id++)
      d[id] = weight * (Math.exp(d[id]! - shift) - (id === target ? 1 : 0));
  });
  return out;
}
