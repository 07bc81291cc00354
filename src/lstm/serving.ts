import { type Model, type ModelConfig, type WeightName, weightShapes } from './config.ts';
import { type QuantisedMatrix, quantise } from './quantise.ts';

/** Logits are computed in whole blocks of this many tokens. */
export const LOGIT_BLOCK = 16;

/**
 * A model prepared for writing. What the state is multiplied with is in 8 bits; the input side stays exact, for it
 * is folded into one table of V rows when a session opens. Gate blocks stand in the order forget, input, output,
 * new value, so that one sigmoid covers three.
 */
export type ServingModel = {
  readonly config: ModelConfig;
  /** [V × E]. */
  readonly embedding: Float32Array;
  /** [E × 4H]. */
  readonly kernel: Float32Array;
  /** [4H]. */
  readonly bias: Float32Array;
  /** [H × 4H]. */
  readonly recurrent: QuantisedMatrix;
  /** [H × E], of a tied model only. */
  readonly projection?: QuantisedMatrix;
  /** [H × stride], of a tied model [E × stride]; stride = V rounded up to whole blocks, the rest zeros. */
  readonly output: QuantisedMatrix;
  /** [stride]; −∞ behind the vocabulary. */
  readonly outputBias: Float32Array;
  /** Magnitude of a projected value that becomes 127; larger ones are cut off there. 1 if nothing is projected. */
  readonly projectionRange: number;
};

/** V rounded up to whole blocks. */
export const strideOf = ({ vocabulary }: ModelConfig): number =>
  Math.ceil(vocabulary / LOGIT_BLOCK) * LOGIT_BLOCK;

/** Blocks that hold a row of logits. */
export const blocksOf = (config: ModelConfig): number => strideOf(config) / LOGIT_BLOCK;

/** Prepares a model; its `projectionRange` is 1 until it is measured. */
export function prepareServing({ config, weights }: Model): ServingModel {
  const { embedding: E, hidden: H, vocabulary: V, tied } = config;
  const stride = strideOf(config);
  const weight = (name: WeightName) => weights[name]!;
  const outputBias = new Float32Array(stride).fill(Number.NEGATIVE_INFINITY);
  outputBias.set(weight('output.bias'));
  return {
    config,
    embedding: inHalf(weight('embedding')),
    kernel: inHalf(reorderGates(weight('lstm.kernel'), H)),
    bias: reorderGates(weight('lstm.bias'), H),
    recurrent: quantise(reorderGates(weight('lstm.recurrent'), H), 4 * H),
    ...(tied && { projection: quantise(weight('output.projection'), E) }),
    output: quantise(
      tied ? transposed(weight('embedding'), V, E, stride) : padded(weight('output.kernel'), H, V, stride),
      stride,
    ),
    outputBias,
    projectionRange: 1,
  };
}

/** As half precision keeps it, so that a model read from its file is the one that was written. */
const inHalf = (matrix: Float32Array): Float32Array => Float32Array.from(new Float16Array(matrix));

/** Gate blocks f, i, g, o of every row to f, i, o, g. */
function reorderGates(matrix: Float32Array, hidden: number): Float32Array {
  const result = new Float32Array(matrix.length);
  const width = 4 * hidden;
  for (let row = 0; row < matrix.length; row += width) {
    const block = (gate: number) => matrix.subarray(row + gate * hidden, row + (gate + 1) * hidden);
    [0, 1, 3, 2].forEach((gate, place) => {
      result.set(block(gate), row + place * hidden);
    });
  }
  return result;
}

function padded(matrix: Float32Array, rows: number, columns: number, stride: number): Float32Array {
  const result = new Float32Array(rows * stride);
  for (let r = 0; r < rows; r++) result.set(matrix.subarray(r * columns, (r + 1) * columns), r * stride);
  return result;
}

function transposed(matrix: Float32Array, rows: number, columns: number, stride: number): Float32Array {
  const result = new Float32Array(columns * stride);
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < columns; c++) result[c * stride + r] = matrix[r * columns + c]!;
  }
  return result;
}

/** Tensors of a serving file and their shapes; `.scales` stands beside each matrix in 8 bits. */
export function servingShapes(config: ModelConfig): ReadonlyMap<string, readonly number[]> {
  const { embedding: E, hidden: H, tied } = config;
  const shapes = weightShapes(config);
  const stride = strideOf(config);
  return new Map([
    ['embedding', shapes.get('embedding')!],
    ['kernel', shapes.get('lstm.kernel')!],
    ['bias', shapes.get('lstm.bias')!],
    ['recurrent', shapes.get('lstm.recurrent')!],
    ...(tied ? [['projection', [H, E]] as const] : []),
    ['output', [tied ? E : H, stride]],
    ['outputBias', [stride]],
  ]);
}
