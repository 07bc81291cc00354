import { onnxEngine } from '#engines/onnx';
import { initialise, type PresetName, presets } from '#lstm';
import { Random } from '#random';
import { trainingProducts } from './arithmetic.ts';

/** Speed of one training step. */
export type TrainingSpeed = {
  readonly preset: PresetName;
  readonly batch: number;
  readonly window: number;
  readonly charsPerSecond: number;
  /** Rate of the matrix products, in 10⁹ floating-point operations a second. */
  readonly gflops: number;
};

const VOCABULARY = 4709;
const STEPS = 12;

/** Characters a second of whole training steps at the note's vocabulary: the median step of the second half. */
export async function trainingSpeed(preset: PresetName, threads: number): Promise<TrainingSpeed> {
  const { model, recipe } = presets[preset];
  const { batch, window } = recipe;
  const config = { ...model, vocabulary: VOCABULARY };
  const options = { ...recipe, clipNorm: recipe.clipNorm ?? Infinity, threads };
  await using session = await onnxEngine.train(initialise(config, 1), options);
  const random = Random.seeded(1);
  const ids = () => Int32Array.from({ length: batch * window }, () => random.below(VOCABULARY));
  const ones = (n: number) => new Float32Array(n).fill(1);
  const data = {
    tokens: ids(),
    targets: ids(),
    keep: ones(batch),
    inputMask: ones(batch * config.embedding),
    outputMask: ones(batch * config.hidden),
  };
  const times: number[] = [];
  for (let step = 0; step < STEPS; step++) {
    const begin = performance.now();
    await session.step(data, 1e-4);
    times.push(performance.now() - begin);
  }
  const seconds = times.slice(STEPS / 2).sort((a, b) => a - b)[STEPS / 4]! / 1000;
  const charsPerSecond = (batch * window) / seconds;
  return {
    preset,
    batch,
    window,
    charsPerSecond,
    gflops: (2 * trainingProducts(config) * charsPerSecond) / 1e9,
  };
}
