import type { Engine, TrainingSession, TrainingState } from '#engines';
import type { Model, Recipe } from '#lstm';

/** Opens the session that a recipe wants. */
export function openRun(
  engine: Engine,
  model: Model,
  recipe: Recipe,
  threads: number | undefined,
  state?: TrainingState,
): Promise<TrainingSession> {
  const { batch, window, beta1, beta2, epsilon, weightDecay, clipNorm } = recipe;
  const options = { batch, window, beta1, beta2, epsilon, weightDecay, clipNorm: clipNorm ?? Infinity };
  return engine.train(model, threads === undefined ? options : { ...options, threads }, state);
}
