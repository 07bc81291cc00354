import type { InferenceSession, Logits, State } from '#engines';
import { LOGIT_BLOCK, logSumExp } from '#lstm';
import { Random } from '#random';
import type { Vocabulary } from '#text';

/** What follows in a fake story: logits of all tokens, from a digest of all that was read. */
type Oracle = (read: {
  readonly digest: number;
  readonly count: number;
  readonly last: number;
}) => Float64Array;

/**
 * A session whose state is a digest of the tokens read and their count: two states are equal only if the same
 * was read in the same order.
 */
export function fakeSession(oracle: Oracle, slots = 1): InferenceSession {
  const rows = Array.from({ length: slots }, () => ({ digest: 0, count: 0 }));
  const read = (slot: number, token: number) => {
    const row = rows[slot]!;
    row.digest = (Math.imul(row.digest, 31) + token + 1) & 0xffffff;
    row.count++;
  };
  return {
    async prefill(runs) {
      for (const { slot, tokens } of runs) for (const token of tokens) read(slot, token);
    },
    async score(runs) {
      return runs.map(({ slot, tokens, next }) =>
        Float32Array.from(tokens, (token, at) => {
          read(slot, token);
          const logits = oracle({ ...rows[slot]!, last: token });
          return logSumExp(Float32Array.from(logits), 0, logits.length) - logits[tokens[at + 1] ?? next]!;
        }),
      );
    },
    async decode(chosen, tokens): Promise<Logits> {
      const all = chosen.map((slot, i) => {
        read(slot, tokens[i]!);
        return oracle({ ...rows[slot]!, last: tokens[i]! });
      });
      const count = Math.ceil((all[0]?.length ?? 0) / LOGIT_BLOCK);
      const blocks = new Int32Array(chosen.length * count);
      const values = new Float32Array(blocks.length * LOGIT_BLOCK).fill(Number.NEGATIVE_INFINITY);
      for (const [row, logits] of all.entries()) {
        const block = (b: number) => logits.subarray(b * LOGIT_BLOCK, (b + 1) * LOGIT_BLOCK);
        const largest = Array.from({ length: count }, (_, b) => Math.max(...block(b)));
        const best = [...largest.keys()].sort((a, b) => largest[b]! - largest[a]!);
        blocks.set(best, row * count);
        for (const [at, b] of best.entries()) values.set(block(b), (row * count + at) * LOGIT_BLOCK);
      }
      return { count, blocks, values };
    },
    read(slot): State {
      const { digest, count } = rows[slot]!;
      return { h: Float32Array.of(digest), c: Float32Array.of(count) };
    },
    write(slot, state) {
      rows[slot] = { digest: state?.h[0] ?? 0, count: state?.c[0] ?? 0 };
    },
    async [Symbol.asyncDispose]() {},
  };
}

/** A session that foretells noise, the same after the same text; `spread` is the width of the logits. */
export function noiseSession(vocabulary: Vocabulary, spread = 8, slots = 1): InferenceSession {
  return fakeSession(({ digest }) => {
    const random = Random.seeded(digest);
    return Float64Array.from({ length: vocabulary.size }, () => spread * random.next());
  }, slots);
}

/** A session that is sure of one text from the second token on, whatever is drawn; then of 了 for ever. */
export function certainSession(vocabulary: Vocabulary, text: string): InferenceSession {
  const tokens = vocabulary.encode(text);
  const endless = vocabulary.encode('了')[0]!;
  return fakeSession(({ count }) => {
    const logits = new Float64Array(vocabulary.size);
    logits[tokens[count - 1] ?? endless] = 100;
    return logits;
  });
}
