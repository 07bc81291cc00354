import type { InferenceSession } from '#engines';
import { logSumExp } from '#lstm';
import type { Vocabulary } from '#text';
import { type Evaluation, evaluationOf } from './evaluate.ts';

type Row = { readonly slot: number; stream: Int32Array; at: number };

/**
 * What `evaluate` tells, read as writing reads: one token a step through the session's own graph, the states carried
 * in its slots 0 … `slots` − 1, whose states are lost. So the cost of serving in another arithmetic is measured on the
 * very path that serves.
 */
export async function evaluateStepwise(
  session: Pick<InferenceSession, 'write' | 'decode'>,
  texts: readonly string[],
  vocabulary: Vocabulary,
  slots: number,
): Promise<Evaluation> {
  // Longest first, each to the slot that is free soonest: rows end at about the same time.
  const queue = texts.map((text) => vocabulary.encode(text)).filter((stream) => stream.length > 0);
  queue.sort((a, b) => b.length - a.length);
  let rows: Row[] = queue.splice(0, slots).map((stream, slot) => ({ slot, stream, at: 0 }));
  for (const { slot } of rows) session.write(slot, null);
  let nats = 0;
  while (rows.length > 0) {
    const tokens = Int32Array.from(rows, ({ stream, at }) => stream[at - 1] ?? vocabulary.startOfStory);
    const { values, stride } = await session.decode(
      rows.map(({ slot }) => slot),
      tokens,
    );
    rows.forEach((row, i) => {
      const from = i * stride;
      nats += logSumExp(values, from, from + vocabulary.size) - values[from + row.stream[row.at]!]!;
      row.at++;
    });
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
