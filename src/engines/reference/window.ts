import type { Window, WindowShape } from '#engines';
import type { ModelConfig, WeightName } from '#lstm';
import {
  type Cell,
  cell,
  cellBackward,
  crossEntropy,
  crossEntropyBackward,
  type LstmState,
  outputBackward,
  outputLogits,
  type Tensors,
} from './equations.ts';
import { gatherRows, type Matrix, matrix, plus, scaleRows, scatterRows, times } from './matrix.ts';

/** One time step as it was read: the cell, h after the output mask, the logits. */
type Step = { readonly cell: Cell; readonly y: Matrix; readonly logits: Matrix };

/** A window as it was read. */
export type Reading = LstmState & {
  readonly steps: readonly Step[];
  /** [B × T] −log p(target), nats. */
  readonly surprise: Float64Array;
};

/** Reads a window: `carried` is the state [B × H] in which the window before it ended. */
export function readWindow(w: Tensors, window: Window, shape: WindowShape, carried: LstmState): Reading {
  const { batch: B, window: T } = shape;
  const inputMask = matrix(B, w.embedding!.columns, window.inputMask);
  const outputMask = matrix(B, carried.h.columns, window.outputMask);
  let state: LstmState = { h: scaleRows(carried.h, window.keep), c: scaleRows(carried.c, window.keep) };
  const steps: Step[] = [];
  const surprise = new Float64Array(B * T);
  for (let t = 0; t < T; t++) {
    const x = times(gatherRows(w.embedding!, column(window.tokens, t, shape)), inputMask);
    const next = cell(w, x, state);
    const y = times(next.h, outputMask);
    const logits = outputLogits(w, y);
    crossEntropy(logits, column(window.targets, t, shape)).forEach((nats, row) => {
      surprise[row * T + t] = nats;
    });
    steps.push({ cell: next, y, logits });
    state = next;
  }
  return { steps, surprise, h: state.h, c: state.c };
}

/**
 * Mean cross-entropy of a window and its derivative by every weight: backpropagation through time (Werbos
 * 1990), cut at the start of the window, where the carried state is a constant.
 */
export function lossAndGradients(
  config: ModelConfig,
  w: Tensors,
  window: Window,
  shape: WindowShape,
  carried: LstmState,
): { readonly loss: number; readonly gradients: Tensors; readonly reading: Reading } {
  const { batch: B, window: T } = shape;
  const { vocabulary: V, embedding: E, hidden: H } = config;
  const inputMask = matrix(B, E, window.inputMask);
  const outputMask = matrix(B, H, window.outputMask);
  const reading = readWindow(w, window, shape, carried);
  const loss = reading.surprise.reduce((sum, nats) => sum + nats, 0) / (B * T);

  const gradients: Partial<Record<WeightName, Matrix>> = {};
  const add = (name: WeightName, gradient: Matrix) => {
    const sum = gradients[name];
    gradients[name] = sum === undefined ? gradient : plus(sum, gradient);
  };
  let dhLater = matrix(B, H);
  let dcLater = matrix(B, H);
  for (let t = T - 1; t >= 0; t--) {
    const { cell, y, logits } = reading.steps[t]!;
    const dLogits = crossEntropyBackward(logits, column(window.targets, t, shape), 1 / (B * T));
    const output = outputBackward(w, y, dLogits);
    const dh = plus(dhLater, times(output.dy, outputMask));
    const d = cellBackward(w, cell, dh, dcLater);
    for (const [name, gradient] of Object.entries(output.gradients)) add(name as WeightName, gradient);
    add('lstm.kernel', d.dKernel);
    add('lstm.recurrent', d.dRecurrent);
    add('lstm.bias', d.dBias);
    add('embedding', scatterRows(times(d.dx, inputMask), column(window.tokens, t, shape), V));
    dhLater = d.dhBefore;
    dcLater = d.dcBefore;
  }
  return { loss, gradients, reading };
}

/** The ids of all rows at time t of a [B × T] array. */
const column = (ids: Int32Array, t: number, { batch, window }: WindowShape): readonly number[] =>
  Array.from({ length: batch }, (_, row) => ids[row * window + t]!);
