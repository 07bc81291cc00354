import type { Window } from '#engines';
import type { ModelConfig, Recipe } from '#lstm';
import { Random } from '#random';

/**
 * The window of a step: a function of the step alone, so that a resumed run reads what an unbroken one reads.
 * Row b begins at b/B of the stream and goes on through it, round and round; its state is carried from window to
 * window. Dropout is scaled by 1/(1 − share), one mask a row and window.
 */
export function windowAt(
  step: number,
  stream: Int32Array,
  config: ModelConfig,
  recipe: Recipe,
  seed: number,
): Window {
  const { batch: B, window: T } = recipe;
  const n = stream.length;
  const tokens = new Int32Array(B * T);
  const targets = new Int32Array(B * T);
  for (let b = 0; b < B; b++) {
    let at = (Math.floor((b * n) / B) + step * T) % n;
    for (let t = 0; t < T; t++) {
      tokens[b * T + t] = stream[at]!;
      at = at + 1 === n ? 0 : at + 1;
      targets[b * T + t] = stream[at]!;
    }
  }
  const random = Random.seeded(seed, step);
  const keep = Float32Array.from({ length: B }, () => (step > 0 && random.next() >= recipe.restart ? 1 : 0));
  const inputMask = dropout(B * config.embedding, recipe.inputDropout, random);
  const outputMask = dropout(B * config.hidden, recipe.outputDropout, random);
  return { tokens, targets, keep, inputMask, outputMask };
}

function dropout(length: number, share: number, random: Random): Float32Array {
  const mask = new Float32Array(length).fill(1);
  if (share === 0) return mask;
  const limit = share * 2 ** 32;
  const kept = 1 / (1 - share);
  for (let i = 0; i < length; i++) mask[i] = random.bits() < limit ? 0 : kept;
  return mask;
}

/** The learning rate of a step (from 0) among `total`. */
export function learningRateAt(step: number, total: number, recipe: Recipe): number {
  if (recipe.schedule === 'constant') return recipe.learningRate;
  const warmup = Math.max(1, Math.min(recipe.warmup, Math.floor(total / 10)));
  if (step < warmup) return (recipe.learningRate * (step + 1)) / warmup;
  const done = Math.min(1, (step - warmup) / Math.max(1, total - warmup));
  return recipe.learningRate * (0.02 + 0.98 * 0.5 * (1 + Math.cos(Math.PI * done)));
}
