import { onnxEngine } from '#engines/onnx';
import { initialise, type PresetName, presets } from '#lstm';
import { Random } from '#random';
import { VOCABULARY } from '../note.ts';
import type { Step } from './step.ts';

/** Whole training steps of a preset at the note's vocabulary; counts characters. */
export async function training(task: {
  readonly preset: PresetName;
  readonly threads: number;
  readonly vocabulary?: number;
  readonly hidden?: number;
  readonly window?: number;
  readonly batch?: number;
}): Promise<Step> {
  const { model, recipe } = presets[task.preset];
  const { batch = recipe.batch, window = recipe.window, threads } = task;
  const config = {
    ...model,
    vocabulary: task.vocabulary ?? VOCABULARY,
    hidden: task.hidden ?? model.hidden,
  };
  const options = {
    ...recipe,
    batch,
    window,
    clipNorm: recipe.clipNorm ?? Number.POSITIVE_INFINITY,
    threads,
  };
  const session = await onnxEngine.train(initialise(config, 1), options);
  const random = Random.seeded(1);
  const ids = () => Int32Array.from({ length: batch * window }, () => random.below(config.vocabulary));
  const ones = (n: number) => new Float32Array(n).fill(1);
  const data = {
    tokens: ids(),
    targets: ids(),
    keep: ones(batch),
    inputMask: ones(batch * config.embedding),
    outputMask: ones(batch * config.hidden),
  };
  return async () => {
    await session.step(data, 1e-4);
    return batch * window;
  };
}
