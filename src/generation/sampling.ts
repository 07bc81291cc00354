import type { Random } from '#random';
import type { SamplingSettings } from './settings.ts';

/** One row of an engine's answer: token ids and their logits, best first. */
export type Candidates = { readonly ids: Int32Array; readonly logits: Float32Array };

/** One token that may be drawn, and its probability among all that may be. */
export type Chance = { readonly id: number; readonly probability: number };

/** What stands in the way of a token, or speaks for it. */
export type Choice = {
  /** Whether a token may be drawn at all. */
  readonly allows: (id: number) => boolean;
  /** What is added to a token's logit; absent: nothing, to none. */
  readonly adjust?: ((id: number) => number) | undefined;
};

/**
 * The tokens that may be drawn, best first; empty only if `allows` admits none of the candidates.
 *
 * The order is the one Hugging Face transformers applies (`_get_logits_processor`: what changes logits, then
 * temperature, top-k, top-p, min-p), each on what the one before left. Top-p is nucleus sampling (Holtzman et
 * al. 2020): the shortest row of best tokens whose probability reaches p. Min-p is that of Nguyen et al. 2024.
 * The softmax is in float64.
 */
export function distribution(candidates: Candidates, settings: SamplingSettings, choice: Choice): Chance[] {
  const kept = weigh(candidates, settings, choice);
  let total = 0;
  for (let i = 0; i < kept; i++) total += weights[i]!;
  return Array.from({ length: kept }, (_, i) => ({ id: ids[i]!, probability: weights[i]! / total }));
}

/** Draws one token; `undefined` if `allows` admits none of the candidates. Uses one number of `random`. */
export function sample(
  candidates: Candidates,
  settings: SamplingSettings,
  random: Random,
  choice: Choice = { allows: () => true },
): number | undefined {
  const kept = weigh(candidates, settings, choice);
  let total = 0;
  for (let i = 0; i < kept; i++) total += weights[i]!;
  let rest = random.next() * total;
  for (let i = 0; i < kept; i++) {
    rest -= weights[i]!;
    if (rest < 0) return ids[i];
  }
  // Rounding may leave a crumb of probability behind the last.
  return kept > 0 ? ids[kept - 1] : undefined;
}

/** What `weigh` leaves, written anew at each call so that drawing allocates nothing: ids and weights, best first. */
let ids = new Int32Array(0);
let weights = new Float64Array(0);

/** Fills `ids` and `weights` with what may be drawn and returns how many there are; the best weighs 1. */
function weigh(candidates: Candidates, settings: SamplingSettings, { allows, adjust }: Choice): number {
  const { temperature, topK = Number.POSITIVE_INFINITY, topP = 1, minP = 0 } = settings;
  if (ids.length < candidates.ids.length) {
    ids = new Int32Array(candidates.ids.length);
    weights = new Float64Array(candidates.ids.length);
  }
  const enough = adjust ? Number.POSITIVE_INFINITY : topK;
  let kept = 0;
  for (let i = 0; i < candidates.ids.length && kept < enough; i++) {
    const id = candidates.ids[i]!;
    if (!allows(id)) continue;
    let logit = candidates.logits[i]!;
    let at = kept++;
    if (adjust) {
      logit += adjust(id);
      // Few are moved far: insertion keeps the order at the cost of a look at each.
      for (; at > 0 && weights[at - 1]! < logit; at--) {
        weights[at] = weights[at - 1]!;
        ids[at] = ids[at - 1]!;
      }
    }
    weights[at] = logit;
    ids[at] = id;
  }
  kept = Math.min(kept, topK);

  const best = weights[0]!;
  let total = 0;
  for (let i = 0; i < kept; i++) {
    weights[i] = Math.exp((weights[i]! - best) / temperature);
    total += weights[i]!;
  }
  if (topP < 1) {
    const nucleus = topP * total;
    const all = kept;
    kept = 0;
    for (let mass = 0; mass < nucleus && kept < all; kept++) mass += weights[kept]!;
  }
  while (kept > 0 && weights[kept - 1]! < minP) kept--;
  return kept;
}
