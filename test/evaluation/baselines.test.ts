import { describe, expect, it } from 'vitest';
import { measureBaselines } from '#evaluation';
import { Random } from '#random';
import { Vocabulary } from '#text';

const ALPHABET = 1024;

/** Characters at random: 10 bits each, and no run of a few that stands elsewhere. */
function noise(length: number, seed: number): string {
  const random = Random.seeded(seed);
  return Array.from({ length }, () => String.fromCodePoint(0x4e00 + random.below(ALPHABET))).join('');
}

const novel = noise(20_000, 1);
const vocabulary = Vocabulary.fromText([novel], 1);

describe('measureBaselines', () => {
  it('gives a text next to nothing that stands in the novel, however far back', async () => {
    // Five million bytes of the same between the text and its copy: beyond the windows that are usual.
    const filler = '一'.repeat(1_700_000);
    const { zstd, brotli } = await measureBaselines([novel, filler], [novel.slice(0, 8_000)], vocabulary);
    expect(zstd.bitsPerCharacter).toBeLessThan(0.2);
    expect(brotli.bitsPerCharacter).toBeLessThan(0.2);
  });

  it('finds that noise costs 10 bits a character', async () => {
    const { kneserNey, zstd, brotli } = await measureBaselines([novel], [noise(5_000, 2)], vocabulary);
    for (const { bitsPerCharacter, perplexity } of [kneserNey, zstd, brotli]) {
      expect(bitsPerCharacter).toBeGreaterThan(9.9);
      expect(bitsPerCharacter).toBeLessThan(12.5);
      expect(perplexity).toBeCloseTo(2 ** bitsPerCharacter, 9);
    }
  });

  it('charges a character that is not in the vocabulary for all its bytes', async () => {
    const bits = async (text: string) =>
      (await measureBaselines([noise(1_000, 1)], [text], vocabulary)).kneserNey.bitsPerCharacter;
    const strange = await bits('龘');
    expect(strange).toBeGreaterThan(3 * Math.log2(ALPHABET));
    expect(await bits('🐒')).toBeGreaterThan(strange);
  });
});
