import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { longestVerbatim } from '#text';

const plain = (text: string) => text.replace(/\s/gu, '');

/** By trying every run. */
function tried(text: string, novel: string): number {
  const [a, b] = [[...plain(text)], plain(novel)];
  for (let length = a.length; length > 0; length--) {
    for (let i = 0; i + length <= a.length; i++) {
      if (b.includes(a.slice(i, i + length).join(''))) return length;
    }
  }
  return 0;
}

describe('longestVerbatim', () => {
  it('finds the longest run that both share', () => {
    expect(longestVerbatim('师父说孙悟空不见了', '那孙悟空不曾去')).toEqual({ length: 4, run: '孙悟空不' });
    expect(longestVerbatim('天地', '人')).toEqual({ length: 0, run: '' });
    expect(longestVerbatim('', '人')).toEqual({ length: 0, run: '' });
    expect(longestVerbatim('人', '')).toEqual({ length: 0, run: '' });
  });

  it('is not misled by line breaks, indents and spaces of either', () => {
    expect(longestVerbatim('孙\n　　悟空', '那 孙悟\r\n空')).toEqual({ length: 3, run: '孙悟空' });
  });

  it('counts a character beyond the basic plane as one', () => {
    expect(longestVerbatim('去🐒𠮷人', '🐒𠮷')).toEqual({ length: 2, run: '🐒𠮷' });
  });

  it('is as long as the longest run found by trying all, and stands in both', () => {
    const story = fc.string({ unit: fc.constantFrom('天', '地', '人', '\n', '🐒'), maxLength: 40 });
    fc.assert(
      fc.property(story, story, (text, novel) => {
        const { length, run } = longestVerbatim(text, novel);
        expect(length).toBe(tried(text, novel));
        expect([...run].length).toBe(length);
        expect(plain(text)).toContain(run);
        expect(plain(novel)).toContain(run);
      }),
      { numRuns: 300 },
    );
  });

  it('reads a long text of one character only', () => {
    expect(longestVerbatim('天'.repeat(50_000), `${'天'.repeat(40_000)}地`).length).toBe(40_000);
  });
});
