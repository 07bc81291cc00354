import { expect, it } from 'vitest';
import { onnxEngine } from '#engines/onnx';
import { initialise } from '#lstm';
import { Random } from '#random';

const shape = { batch: 32, window: 64, threads: 2 };
const config = { vocabulary: 700, embedding: 256, hidden: 64, tied: true };
const recipe = { ...shape, beta1: 0.9, beta2: 0.99, epsilon: 1e-8, clipNorm: 1, weightDecay: 0.01 };

/** Weights after five steps; tokens come again and again in a window, as in any text. */
async function trained(): Promise<Buffer> {
  await using session = await onnxEngine.train(initialise(config, 1), recipe);
  const random = Random.seeded(3);
  const ids = () => Int32Array.from({ length: 32 * 64 }, () => Math.floor(random.next() ** 4 * 700));
  const ones = (n: number) => new Float32Array(n).fill(1);
  for (let step = 0; step < 5; step++) {
    const masks = { keep: ones(32), inputMask: ones(32 * 256), outputMask: ones(32 * 64) };
    await session.step({ tokens: ids(), targets: ids(), ...masks }, 1e-3);
  }
  const all = Object.values(session.model.weights);
  return Buffer.concat(all.map((w) => Buffer.from(w.buffer, w.byteOffset, w.byteLength)));
}

it('trains on two threads to the same bits each time', async () => {
  const first = await trained();
  for (let run = 0; run < 3; run++) expect((await trained()).equals(first)).toBe(true);
});
