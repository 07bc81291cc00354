import type { Random } from '#random';
import type { Candidates } from './candidates.ts';
import type { SamplingSettings } from './settings.ts';

/** One token that may be drawn, and its probability among all that may be. */
export type Chance = { readonly id: number; readonly probability: number };

/** What stands in the way of a token, or speaks for it. */
export type Choice = {
  /** Whether a token may be drawn at all. */
  readonly allows: (id: number) => boolean;
  /**
   * By token id, what is added to its probability behind the temperature, the model's own being 1 together. So can be
   * drawn what is not among the candidates.
   */
  readonly odds?: ReadonlyMap<number, number> | undefined;
  /** By token id, what is added to its logit. */
  readonly adjust?: ReadonlyMap<number, number> | undefined;
};

const ANY: Choice = { allows: () => true };

/**
 * The tokens that may be drawn, best first; empty only if `allows` admits none.
 *
 * The order is the one Hugging Face transformers applies (`_get_logits_processor`: what changes logits, then
 * temperature, top-k, top-p, min-p), each on what the one before left. Top-p is nucleus sampling (Holtzman et
 * al. 2020): the shortest row of best tokens whose probability reaches p. Min-p is that of Nguyen et al. 2024.
 * The softmax is in float64.
 */
export function distribution(candidates: Candidates, settings: SamplingSettings, choice: Choice): Chance[] {
  const kept = sift(candidates, settings, choice);
  const total = sum(kept);
  return Array.from({ length: kept }, (_, i) => ({ id: ids[i]!, probability: weights[i]! / total }));
}

/**
 * Draws one token from `distribution`; `undefined` if `allows` admits none. Uses one number of `random`, and one
 * more for every token that was drawn and is not allowed.
 */
export function sample(
  candidates: Candidates,
  settings: SamplingSettings,
  random: Random,
  choice: Choice = ANY,
): number | undefined {
  const { topK, topP = 1, minP = 0 } = settings;
  if (topK !== undefined || topP < 1) {
    const at = draw(sift(candidates, settings, choice), random);
    return at < 0 ? undefined : ids[at];
  }
  // Asking of every candidate whether it is allowed takes longer than drawing again when one is not. What is left of
  // the others' weights stays in proportion, so the outcome is distributed as if it had been asked beforehand.
  const count = weigh(candidates, settings.temperature, choice);
  const best = heaviest(count);
  // What min-p leaves depends on the best that is allowed.
  if (minP === 0 || (best >= 0 && choice.allows(ids[best]!))) {
    if (minP > 0) cut(count, minP * weights[best]!);
    for (;;) {
      const at = draw(count, random);
      // Behind what is near there may be others.
      if (at < 0) break;
      if (choice.allows(ids[at]!)) return ids[at];
      weights[at] = 0;
    }
  }
  const at = draw(sift(candidates, settings, choice), random);
  return at < 0 ? undefined : ids[at];
}

/** What is being drawn from, written anew at each call so that drawing allocates nothing. */
let ids = new Int32Array(0);
let weights = new Float64Array(0);

/**
 * Fills `ids` and `weights` with the candidates in their order, exp((logit − the best of them) / temperature), and
 * behind them with what only the odds speak for; returns how many they are.
 */
function weigh(
  { count: given, ids: known, logits }: Candidates,
  temperature: number,
  { adjust, odds }: Choice,
): number {
  const room = given + (odds?.size ?? 0);
  if (ids.length < room) {
    ids = new Int32Array(2 * room);
    weights = new Float64Array(2 * room);
  }
  let count = given;
  let best = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < count; i++) if (logits[i]! > best) best = logits[i]!;
  for (let i = 0; i < count; i++) {
    ids[i] = known[i]!;
    weights[i] = Math.exp((logits[i]! - best) / temperature);
  }
  if (odds && odds.size > 0) {
    const total = sum(given);
    for (const [id, amount] of odds) {
      const at = indexOf(known, given, id);
      if (at >= 0) weights[at]! += amount * total;
      else {
        ids[count] = id;
        weights[count++] = amount * total;
      }
    }
  }
  if (adjust) {
    for (const [id, amount] of adjust) {
      const at = indexOf(ids, count, id);
      if (at >= 0) weights[at]! *= Math.exp(amount / temperature);
    }
  }
  return count;
}

/** Leaves of `ids` and `weights` what the settings and `allows` admit, best first, and returns how many they are. */
function sift(candidates: Candidates, settings: SamplingSettings, choice: Choice): number {
  const { allows } = choice;
  const { temperature, topK = Number.POSITIVE_INFINITY, topP = 1, minP = 0 } = settings;
  const pairs: { readonly id: number; readonly weight: number }[] = [];
  // What is within reach of the best may be nothing if that one is not allowed.
  let source = candidates;
  if (!allows(bestOf(source))) source = source.all();
  const count = weigh(source, temperature, choice);
  for (let i = 0; i < count; i++) if (allows(ids[i]!)) pairs.push({ id: ids[i]!, weight: weights[i]! });
  pairs.sort((a, b) => b.weight - a.weight || a.id - b.id);
  const some = Math.min(pairs.length, topK);
  let total = 0;
  for (let i = 0; i < some; i++) {
    ids[i] = pairs[i]!.id;
    weights[i] = pairs[i]!.weight;
    total += weights[i]!;
  }
  let kept = some;
  if (topP < 1) {
    const nucleus = topP * total;
    kept = 0;
    for (let mass = 0; mass < nucleus && kept < some; kept++) mass += weights[kept]!;
  }
  while (kept > 0 && weights[kept - 1]! < minP * weights[0]!) kept--;
  return kept;
}

/** The place of the greatest weight, −1 if there is none. */
function heaviest(count: number): number {
  let best = -1;
  for (let i = 0; i < count; i++) if (best < 0 || weights[i]! > weights[best]!) best = i;
  return best;
}

/** Weighs what is below `least` at nothing. */
function cut(count: number, least: number): void {
  for (let i = 0; i < count; i++) if (weights[i]! < least) weights[i] = 0;
}

/** The place of one of `count` weights, drawn in proportion to them; −1 if all are 0. */
function draw(count: number, random: Random): number {
  let rest = random.next() * sum(count);
  let last = -1;
  for (let i = 0; i < count; i++) {
    if (weights[i] === 0) continue;
    rest -= weights[i]!;
    if (rest < 0) return i;
    last = i;
  }
  // Rounding may leave a crumb of probability behind the last.
  return last;
}

function sum(count: number): number {
  let total = 0;
  for (let i = 0; i < count; i++) total += weights[i]!;
  return total;
}

function bestOf({ count, ids: known, logits }: Candidates): number {
  let at = 0;
  for (let i = 1; i < count; i++) if (logits[i]! > logits[at]!) at = i;
  return known[at]!;
}

/** The probability of a token among the candidates; 0 if it is not among them. */
export function probabilityOf({ count, ids: known, logits }: Candidates, id: number): number {
  const at = indexOf(known, count, id);
  if (at < 0) return 0;
  let total = 0;
  for (let i = 0; i < count; i++) total += Math.exp(logits[i]! - logits[at]!);
  return 1 / total;
}

/** The place of an id among the first `count`, −1 if it is not there. */
function indexOf(known: Int32Array, count: number, id: number): number {
  for (let at = 0; at < count; at++) if (known[at] === id) return at;
  return -1;
}
