import type { Random } from '#random';
import type { SamplingSettings } from './settings.ts';

/** One row of an engine's answer: token ids and their logits, best first. */
export type Candidates = { readonly ids: Int32Array; readonly logits: Float32Array };

/** One token that may be drawn, and its probability among all that may be. */
export type Chance = { readonly id: number; readonly probability: number };

/**
 * The tokens that may be drawn, best first; empty only if `allowed` admits none of the candidates.
 *
 * The order is the one Hugging Face transformers applies (`_get_logits_processor`: temperature, top-k, top-p,
 * min-p), each on what the one before left. Top-p is nucleus sampling (Holtzman et al. 2020): the shortest
 * row of best tokens whose probability reaches p. Min-p is that of Nguyen et al. 2024. The softmax is in float64.
 */
export function distribution(
  candidates: Candidates,
  settings: SamplingSettings,
  allowed: (id: number) => boolean,
): Chance[] {
  const { temperature, topK = Number.POSITIVE_INFINITY, topP = 1, minP = 0 } = settings;
  const ids: number[] = [];
  const weights: number[] = [];
  let best = 0;
  for (let i = 0; i < candidates.ids.length && ids.length < topK; i++) {
    const id = candidates.ids[i]!;
    if (!allowed(id)) continue;
    if (ids.length === 0) best = candidates.logits[i]!;
    ids.push(id);
    weights.push(Math.exp((candidates.logits[i]! - best) / temperature));
  }

  let kept = ids.length;
  if (topP < 1) {
    const nucleus = topP * sum(weights, kept);
    kept = 0;
    for (let mass = 0; mass < nucleus && kept < ids.length; kept++) mass += weights[kept]!;
  }
  // The best weight is exp(0) = 1, so a weight is its share of the likeliest.
  while (weights[kept - 1]! < minP) kept--;

  const total = sum(weights, kept);
  return ids.slice(0, kept).map((id, i) => ({ id, probability: weights[i]! / total }));
}

/**
 * Draws one token; `undefined` if `allowed` admits none of the candidates. Uses one number of `random`.
 */
export function sample(
  candidates: Candidates,
  settings: SamplingSettings,
  random: Random,
  allowed: (id: number) => boolean = () => true,
): number | undefined {
  const chances = distribution(candidates, settings, allowed);
  let rest = random.next();
  for (const { id, probability } of chances) {
    rest -= probability;
    if (rest < 0) return id;
  }
  // Rounding may leave a crumb of probability behind the last.
  return chances.at(-1)?.id;
}

function sum(values: readonly number[], count: number): number {
  let total = 0;
  for (let i = 0; i < count; i++) total += values[i]!;
  return total;
}
