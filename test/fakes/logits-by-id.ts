import type { Logits } from '#engines';
import { LOGIT_BLOCK } from '#lstm';

/** The logits of a row in the order of their ids, of a session that gives out all blocks. */
export function logitsById({ count, blocks, values }: Logits, row: number): Float32Array {
  const all = new Float32Array(count * LOGIT_BLOCK).fill(Number.NaN);
  for (let at = row * count; at < (row + 1) * count; at++)
    all.set(values.subarray(at * LOGIT_BLOCK, (at + 1) * LOGIT_BLOCK), blocks[at]! * LOGIT_BLOCK);
  return all;
}
