import type { Logits } from '#engines';
import { LOGIT_BLOCK } from '#lstm';

/**
 * How far, in units of the temperature, a logit may be behind the best to be drawn: what lies further has together
 * 0.2 to 0.5 % of the probability, at temperatures from 0.7 to 1.5 (docs/performance.md).
 */
export const REACH = 10;

/** Tokens of one row that matter in a draw, the smaller ids first. Views that the next look may overwrite. */
export type Candidates = {
  /** How many there are; what the arrays hold beyond means nothing. */
  readonly count: number;
  readonly ids: Int32Array;
  readonly logits: Float32Array;
  /** Every token of the row, for when what is likely may not be drawn. */
  readonly all: () => Candidates;
};

/** Written anew at each look, so that drawing allocates nothing: what is within reach, and everything. */
const [near, every] = [
  { ids: new Int32Array(0), logits: new Float32Array(0) },
  { ids: new Int32Array(0), logits: new Float32Array(0) },
];

/**
 * The tokens of one row whose logits are at most `reach` behind the best. Blocks whose largest is further behind are
 * not looked at: the frequent characters have the smaller ids, so those are most of the blocks.
 */
export function candidatesOf(logits: Logits, row: number, reach: number): Candidates {
  const blocks = logits.stride / LOGIT_BLOCK;
  let best = Number.NEGATIVE_INFINITY;
  for (let block = row * blocks; block < (row + 1) * blocks; block++) {
    if (logits.blockMax[block]! > best) best = logits.blockMax[block]!;
  }
  // Behind the vocabulary there is −∞, which is no logit.
  const all = () => tokensFrom(logits, row, -Number.MAX_VALUE, every, all);
  return tokensFrom(logits, row, best - reach, near, all);
}

/** The tokens of a row whose logits are at least `least`. */
function tokensFrom(
  { values, blockMax, stride }: Logits,
  row: number,
  least: number,
  into: { ids: Int32Array; logits: Float32Array },
  all: Candidates['all'],
): Candidates {
  if (into.ids.length < stride) {
    into.ids = new Int32Array(stride);
    into.logits = new Float32Array(stride);
  }
  const { ids, logits } = into;
  const blocks = stride / LOGIT_BLOCK;
  let count = 0;
  for (let block = 0; block < blocks; block++) {
    if (blockMax[row * blocks + block]! < least) continue;
    const from = block * LOGIT_BLOCK;
    for (let id = from; id < from + LOGIT_BLOCK; id++) {
      const logit = values[row * stride + id]!;
      if (logit < least) continue;
      ids[count] = id;
      logits[count++] = logit;
    }
  }
  return { count, ids, logits, all };
}
