import type { InferenceSession, Logits } from '#engines';
import { LOGIT_BLOCK, logSumExp } from '#lstm';
import type { Vocabulary } from '#text';
import { type Evaluation, evaluationOf } from './evaluate.ts';

type Row = { readonly slot: number; stream: Int32Array; at: number };

/**
 * What `evaluate` tells, read as writing reads: one token a step through the session's own graph, the states carried
 * in its slots 0 … `slots` − 1, whose states are lost. So the cost of serving in another arithmetic is measured on the
 * very path that serves. The session must give out all blocks of logits. `progress` hears after each step which share of the tokens was read, 0 to 1.
 */
export async function evaluateStepwise(
  session: Pick<InferenceSession, 'write' | 'decode'>,
  texts: readonly string[],
  vocabulary: Vocabulary,
  slots: number,
  progress?: (share: number) => void,
): Promise<Evaluation> {
  // Longest first, each to the slot that is free soonest: rows end at about the same time.
  const queue = texts.map((text) => vocabulary.encode(text)).filter((stream) => stream.length > 0);
  queue.sort((a, b) => b.length - a.length);
  const total = queue.reduce((sum, { length }) => sum + length, 0);
  let rows: Row[] = queue.splice(0, slots).map((stream, slot) => ({ slot, stream, at: 0 }));
  for (const { slot } of rows) session.write(slot, null);
  let read = 0;
  let nats = 0;
  while (rows.length > 0) {
    const tokens = Int32Array.from(rows, ({ stream, at }) => stream[at - 1] ?? vocabulary.startOfStory);
    const logits = await session.decode(
      rows.map(({ slot }) => slot),
      tokens,
    );
    rows.forEach((row, i) => {
      const all = logitsById(logits, i);
      nats += logSumExp(all, 0, vocabulary.size) - all[row.stream[row.at]!]!;
      row.at++;
    });
    read += rows.length;
    progress?.(read / total);
    rows = rows.filter((row) => {
      if (row.at < row.stream.length) return true;
      const next = queue.shift();
      if (!next) return false;
      session.write(row.slot, null);
      row.stream = next;
      row.at = 0;
      return true;
    });
  }
  return evaluationOf(nats, texts, vocabulary);
}

/** The logits of a row in the order of their ids. */
function logitsById({ count, blocks, values }: Logits, row: number): Float32Array {
  const all = new Float32Array(count * LOGIT_BLOCK);
  for (let at = row * count; at < (row + 1) * count; at++) {
    all.set(values.subarray(at * LOGIT_BLOCK, (at + 1) * LOGIT_BLOCK), blocks[at]! * LOGIT_BLOCK);
  }
  return all;
}
