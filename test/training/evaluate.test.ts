import { describe, expect, it } from 'vitest';
import type { ScoringSession } from '#engines';
import { onnxEngine } from '#engines/onnx';
import { referenceEngine } from '#engines/reference';
import { initialise } from '#lstm';
import { Vocabulary } from '#text';
import { EVALUATION_SHAPE, evaluate } from '#training';
import { logitsById } from '../fakes/logits-by-id.ts';

const vocabulary = Vocabulary.fromText(['石猴跳出山来，大笑一声。'], 1);
const model = initialise({ vocabulary: vocabulary.size, embedding: 8, hidden: 12, tied: true }, 4);
const texts = [
  '石猴'.repeat(70),
  '大笑一声。',
  ...Array.from({ length: 30 }, (_, i) => '山来，龘'.repeat(i % 5)),
];

/** Bits of all texts read one token after the other, each from the zero state. */
async function stepByStep(): Promise<number> {
  await using session = await referenceEngine.open(model, { slots: 1 });
  let bits = 0;
  for (const text of texts) {
    session.write(0, null);
    let before = vocabulary.startOfStory;
    for (const id of vocabulary.encode(text)) {
      const values = logitsById(await session.decode([0], Int32Array.of(before)), 0);
      const sum = values.reduce((all, logit) => all + Math.exp(logit), 0);
      bits += (Math.log(sum) - values[id]!) / Math.LN2;
      before = id;
    }
  }
  return bits;
}

describe('evaluate', () => {
  it('counts every character once, as reading step by step does', async () => {
    await using session = await onnxEngine.score(model, { ...EVALUATION_SHAPE, threads: 1 });
    const { bitsPerCharacter, perplexity, characters, unknownShare } = await evaluate(
      session,
      texts,
      vocabulary,
    );
    const all = [...texts.join('')];
    expect(characters).toBe(all.length);
    expect(unknownShare).toBeCloseTo(all.filter((c) => c === '龘').length / all.length, 12);
    expect(bitsPerCharacter * characters).toBeCloseTo(await stepByStep(), 1);
    expect(perplexity).toBeCloseTo(2 ** bitsPerCharacter, 9);
  });

  it('tells how far it is', async () => {
    await using session = await referenceEngine.score(model, EVALUATION_SHAPE);
    const shares: number[] = [];
    await evaluate(session, texts, vocabulary, model, (share) => shares.push(share));
    expect(shares).toEqual(shares.toSorted((a, b) => a - b));
    expect(shares[0]).toBeGreaterThan(0);
    expect(shares.at(-1)).toBe(1);
  });

  it('charges a character that is not in the vocabulary for all its bytes', async () => {
    const even: ScoringSession = {
      score: async ({ tokens }) => new Float32Array(tokens.length).fill(Math.LN2),
      async [Symbol.asyncDispose]() {},
    };
    expect((await evaluate(even, ['石猴'], vocabulary)).bitsPerCharacter).toBeCloseTo(1, 6);
    expect((await evaluate(even, ['龘龘'], vocabulary)).bitsPerCharacter).toBeCloseTo(3, 6);
  });
});
