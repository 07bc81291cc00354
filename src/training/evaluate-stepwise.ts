import type { Vocabulary } from '#text';
import { type Evaluation, evaluationOf } from './evaluate.ts';

/** What of an inference session reading step by step needs. */
export type AskedSession = {
  write(slot: number, state: null): void;
  decode(
    slots: readonly number[],
    tokens: Int32Array,
    asked: Int32Array,
  ): Promise<{
    /** [rows × a] logits of the tokens asked for. */
    readonly asked?: Float32Array;
    /** [rows] log Σ exp(logit) over the whole vocabulary. */
    readonly logSumExp: Float32Array;
  }>;
};

type Row = { readonly slot: number; stream: Int32Array; at: number };

/**
 * What `evaluate` tells, read as writing reads: one token a step through the session's own graph, the states carried
 * in its slots 0 … `slots` − 1, whose states are lost. So the cost of serving in another arithmetic is measured on the
 * very path that serves.
 */
export async function evaluateStepwise(
  session: AskedSession,
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
    const targets = Int32Array.from(rows, ({ stream, at }) => stream[at]!);
    const { asked, logSumExp } = await session.decode(
      rows.map(({ slot }) => slot),
      tokens,
      targets,
    );
    rows.forEach((row, i) => {
      nats += logSumExp[i]! - asked![i]!;
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
