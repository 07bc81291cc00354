import { describe, expect, it } from 'vitest';
import { filteredPart, sharedPart } from '#evaluation';
import { Random } from '#random';
import { VerbatimFilter } from '#text';

/** Characters at random, some of them of two units: no run of a few stands elsewhere. */
function noise(length: number, seed: number): string {
  const random = Random.seeded(seed);
  const character = () => random.below(1000) + (random.below(5) === 0 ? 0x20000 : 0x4e00);
  return Array.from({ length }, () => String.fromCodePoint(character())).join('');
}

const novel = noise(20_000, 1);
const filter = VerbatimFilter.fromText([novel], 20);

describe.each([
  ['sharedPart', (text: string) => sharedPart(text, novel)],
  ['filteredPart', (text: string) => filteredPart(text, filter)],
] as const)('%s', (_, part) => {
  it('tells how much of a text stands in a novel, whatever its line breaks', () => {
    const piece = [...novel].slice(500, 9_000).join('');
    expect(part(piece.replaceAll(/.{31}/gu, '$&\n　　'))).toBe(1);
    expect(part(noise(3_000, 3))).toBeLessThan(0.03);
    const half = part(noise(1_000, 3) + [...novel].slice(0, 1_000).join(''));
    expect(half).toBeGreaterThan(0.45);
    expect(half).toBeLessThan(0.55);
  });

  it('takes texts shorter than what it looks for', () => {
    expect(part('')).toBe(0);
    expect(part('龘')).toBe(0);
  });
});

describe('sharedPart', () => {
  it('finds a text of few characters, and a novel that is broken into lines', () => {
    expect(sharedPart([...novel].slice(3, 5).join(''), novel)).toBe(1);
    expect(sharedPart(novel.slice(500, 9_000), novel.replaceAll(/.{31}/gu, '$&\n　　'))).toBeGreaterThan(
      0.98,
    );
  });
});
