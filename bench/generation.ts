import { onnxEngine } from '#engines/onnx';
import { initialise, type PresetName, presets } from '#lstm';

/** Speed of writing with `rows` conversations at once. */
export type GenerationSpeed = {
  readonly preset: PresetName;
  readonly rows: number;
  /** Of all rows together; the engine alone, drawing not counted. */
  readonly charsPerSecond: number;
};

const VOCABULARY = 4709;
const CANDIDATES = 64;
const STEPS = 60;

/** Characters a second of single decoding steps at the note's vocabulary: the median of 60. */
export async function generationSpeed(
  preset: PresetName,
  rows: number,
  threads: number,
): Promise<GenerationSpeed> {
  const config = { ...presets[preset].model, vocabulary: VOCABULARY };
  const options = { slots: rows, topK: CANDIDATES, threads };
  await using session = await onnxEngine.open(initialise(config, 1), options);
  const slots = Array.from({ length: rows }, (_, i) => i);
  let tokens = Int32Array.from(slots, (i) => 300 + i);
  const times: number[] = [];
  for (let step = 0; step < STEPS; step++) {
    const begin = performance.now();
    const { ids } = await session.decode(slots, tokens);
    times.push(performance.now() - begin);
    tokens = Int32Array.from(slots, (i) => ids[i * CANDIDATES + (step % 7)]!);
  }
  const median = times.sort((a, b) => a - b)[STEPS / 2]!;
  return { preset, rows, charsPerSecond: (rows * 1000) / median };
}
