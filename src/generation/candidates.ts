import type { Logits } from '#engines';
import { LOGIT_BLOCK } from '#lstm';
import type { Candidates } from './sampling.ts';

/**
 * How far, in units of the temperature, a logit may be behind the best to be drawn: what lies further has together
 * 0.2 to 0.5 % of the probability, at temperatures from 0.7 to 1.5 (docs/performance.md).
 */
export const REACH = 10;

/**
 * The tokens of one row whose logits are at most `reach` behind the best, best first; on equal logits the smaller
 * id first. Blocks whose largest is further behind are not looked at.
 */
export function candidatesOf({ values, blockMax, stride }: Logits, row: number, reach: number): Candidates {
  const blocks = stride / LOGIT_BLOCK;
  let best = Number.NEGATIVE_INFINITY;
  for (let block = row * blocks; block < (row + 1) * blocks; block++) {
    if (blockMax[block]! > best) best = blockMax[block]!;
  }
  const least = best - reach;
  const found: number[] = [];
  for (let block = 0; block < blocks; block++) {
    if (blockMax[row * blocks + block]! < least) continue;
    const from = row * stride + block * LOGIT_BLOCK;
    for (let at = from; at < from + LOGIT_BLOCK; at++) if (values[at]! >= least) found.push(at);
  }
  found.sort((a, b) => values[b]! - values[a]! || a - b);
  return {
    ids: Int32Array.from(found, (at) => at - row * stride),
    logits: Float32Array.from(found, (at) => values[at]!),
  };
}
