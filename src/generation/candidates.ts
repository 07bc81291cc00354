import type { Logits } from '#engines';
import { LOGIT_BLOCK } from '#lstm';

/** How far, in units of the temperature, a logit may be behind the best to be drawn, whatever min-p says. */
export const REACH = 10;

/**
 * Blocks of logits that a session for writing gives out: of what min-p leaves they lose 0.01 % of the probability at
 * a temperature of 0.7, 0.2 % at 1 and 3.6 % at 1.5 (docs/performance.md).
 */
export const WRITING_BLOCKS = 64;

/** Tokens of one row that matter in a draw. Views that the next look may overwrite. */
export type Candidates = {
  /** How many there are; what the arrays hold beyond means nothing. */
  readonly count: number;
  readonly ids: Int32Array;
  readonly logits: Float32Array;
  /** Every token of the row that the engine gave, for when what is likely may not be drawn. */
  readonly all: () => Candidates;
};

/** Written anew at each look, so that drawing allocates nothing: what is within reach, and everything. */
const [near, every] = [
  { ids: new Int32Array(0), logits: new Float32Array(0) },
  { ids: new Int32Array(0), logits: new Float32Array(0) },
];

/** The tokens of one row whose logits are at most `reach` behind the best. */
export function candidatesOf(logits: Logits, row: number, reach: number): Candidates {
  const first = row * logits.count * LOGIT_BLOCK;
  let best = Number.NEGATIVE_INFINITY;
  for (let at = first; at < first + LOGIT_BLOCK; at++) {
    if (logits.values[at]! > best) best = logits.values[at]!;
  }
  // Behind the vocabulary there is −∞, which is no logit.
  const all = () => tokensFrom(logits, row, -Number.MAX_VALUE, every, all);
  return tokensFrom(logits, row, best - reach, near, all);
}

/** The tokens of a row whose logits are at least `least`. */
function tokensFrom(
  { count: blocks, blocks: numbers, values }: Logits,
  row: number,
  least: number,
  into: { ids: Int32Array; logits: Float32Array },
  all: Candidates['all'],
): Candidates {
  if (into.ids.length < blocks * LOGIT_BLOCK) {
    into.ids = new Int32Array(blocks * LOGIT_BLOCK);
    into.logits = new Float32Array(blocks * LOGIT_BLOCK);
  }
  const { ids, logits } = into;
  let count = 0;
  for (let block = 0; block < blocks; block++) {
    const before = count;
    const id = numbers[row * blocks + block]! * LOGIT_BLOCK;
    const from = (row * blocks + block) * LOGIT_BLOCK;
    for (let place = 0; place < LOGIT_BLOCK; place++) {
      const logit = values[from + place]!;
      if (logit < least) continue;
      ids[count] = id + place;
      logits[count++] = logit;
    }
    // The blocks are in the order of their best.
    if (count === before) break;
  }
  return { count, ids, logits, all };
}
