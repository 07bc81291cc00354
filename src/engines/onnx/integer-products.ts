import { type ServingModel, toSevenBits } from '#lstm';
import { Graph } from './graph.ts';
import { openSession, units } from './session.ts';

const ROWS = [1, 64];
const SIZE = 256;
/** The largest input and the largest weight: two of their products exceed 16 bits. */
const [INPUT, WEIGHT] = [255, 127];

/**
 * The model in as many bits as this processor sums exactly. Without VNNI, products of 8-bit numbers are added in
 * pairs to 16 bits and cut off there; weights in 7 bits never get so far.
 */
export async function forThisProcessor(serving: ServingModel): Promise<ServingModel> {
  return (await sumsExactly()) ? serving : inSevenBits(serving);
}

export function inSevenBits(serving: ServingModel): ServingModel {
  return {
    ...serving,
    recurrent: toSevenBits(serving.recurrent),
    ...(serving.projection && { projection: toSevenBits(serving.projection) }),
    output: toSevenBits(serving.output),
  };
}

/** Sums of products of `input` [n × SIZE] with weights that are all `WEIGHT`: [n × SIZE]. */
export type Sums = (input: Uint8Array, n: number) => Promise<Float32Array>;

/** Whether a runtime gives the largest sums exactly, for one row and for many. */
export async function areExact(sums: Sums): Promise<boolean> {
  for (const n of ROWS) {
    const found = await sums(new Uint8Array(n * SIZE).fill(INPUT), n);
    if (!found.every((sum) => sum === SIZE * INPUT * WEIGHT)) return false;
  }
  return true;
}

let answer: Promise<boolean> | undefined;

/** Whether 8-bit products are summed exactly here: found by asking the runtime, once a process. */
export function sumsExactly(): Promise<boolean> {
  answer ??= ask();
  return answer;
}

async function ask(): Promise<boolean> {
  const graph = new Graph();
  const input = graph.input('input', 'uint8', ['n', SIZE]);
  const values = new Int8Array(SIZE * SIZE).fill(WEIGHT);
  const weights = graph.constant('weights', 'int8', [SIZE, SIZE], values);
  const one = graph.scalar(1);
  const zero = graph.constant('zero', 'uint8', [], Uint8Array.of(0));
  const product = graph.op('MatMulIntegerToFloat', [input, weights, one, one, zero], {}, 'com.microsoft');
  graph.output('sums', product, 'float32', ['n', SIZE]);
  const session = await openSession(graph, 1);
  try {
    return await areExact(async (data, n) => {
      const out = await session.run({ input: units(data, [n, SIZE]) });
      return out.sums!.data as Float32Array;
    });
  } finally {
    await session.release();
  }
}
