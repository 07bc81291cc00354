import { expect, test } from 'vitest';
import type { InferenceSession } from '#engines';
import { referenceEngine } from '#engines/reference';
import { initialise } from '#lstm';
import { Vocabulary } from '#text';
import { EVALUATION_SHAPE, evaluate, evaluateStepwise } from '#training';

const vocabulary = Vocabulary.fromText(['石猴跳出山来，大笑一声。'], 1);
const model = initialise({ vocabulary: vocabulary.size, embedding: 8, hidden: 12, tied: true }, 4);
const texts = [
  '石猴'.repeat(20),
  '',
  '大笑一声。',
  ...Array.from({ length: 9 }, (_, i) => '山来，龘'.repeat(i % 5)),
];

test('reads what evaluate reads, with fewer slots than texts and with more, and only rows that are not done', async () => {
  await using scoring = await referenceEngine.score(model, EVALUATION_SHAPE);
  const expected = await evaluate(scoring, texts, vocabulary);
  for (const slots of [3, 16]) {
    await using session = await referenceEngine.open(model, { slots });
    let rows = 0;
    const counting: Pick<InferenceSession, 'write' | 'decode'> = {
      write: (slot, state) => session.write(slot, state),
      async decode(chosen, tokens) {
        rows += chosen.length;
        expect(new Set(chosen).size).toBe(chosen.length);
        return session.decode(chosen, tokens);
      },
    };
    for (let slot = 0; slot < slots; slot++) await session.prefill([{ slot, tokens: Int32Array.of(7, 8) }]);
    const shares: number[] = [];
    const { bitsPerCharacter, ...counts } = await evaluateStepwise(
      counting,
      texts,
      vocabulary,
      slots,
      (share) => shares.push(share),
    );
    expect(shares).toEqual(shares.toSorted((a, b) => a - b));
    expect(shares.at(-1)).toBe(1);
    expect(bitsPerCharacter).toBeCloseTo(expected.bitsPerCharacter, 5);
    expect(counts).toMatchObject({
      characters: expected.characters,
      unknownShare: expected.unknownShare,
    });
    expect(rows).toBe(texts.reduce((sum, text) => sum + vocabulary.encode(text).length, 0));
  }
});
