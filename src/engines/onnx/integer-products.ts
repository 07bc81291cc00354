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

let answer: Promise<boolean> | undefined;

/** Whether integer products are exact here: found by asking the runtime for the largest sums, once a process. */
export function sumsExactly(): Promise<boolean> {
  answer ??= measure();
  return answer;
}

async function measure(): Promise<boolean> {
  const graph = new Graph();
  const input = graph.input('input', 'uint8', ['n', SIZE]);
  const weights = graph.constant('weights', 'int8', [SIZE, SIZE], new Int8Array(SIZE * SIZE).fill(WEIGHT));
  const one = graph.scalar(1);
  const zero = graph.constant('zero', 'uint8', [], Uint8Array.of(0));
  const sums = graph.op('MatMulIntegerToFloat', [input, weights, one, one, zero], {}, 'com.microsoft');
  graph.output('sums', sums, 'float32', ['n', SIZE]);
  const session = await openSession(graph, 1);
  try {
    for (const n of ROWS) {
      const out = await session.run({ input: units(new Uint8Array(n * SIZE).fill(INPUT), [n, SIZE]) });
      if (!(out.sums!.data as Float32Array).every((sum) => sum === SIZE * INPUT * WEIGHT)) return false;
    }
    return true;
  } finally {
    await session.release();
  }
}
