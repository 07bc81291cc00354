import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Random } from '#random';
import { VerbatimFilter } from '#text';

const code = (text: string) => Array.from(text, (c) => c.codePointAt(0)!);

/** Whether the filter finds a run of the novel at the end of `text`, which has no white space. */
function finds(filter: VerbatimFilter, text: string): boolean {
  const characters = code(text);
  const context = filter.context(characters, characters.length - 1);
  return context !== undefined && filter.completes(context, characters.at(-1)!);
}

describe('VerbatimFilter', () => {
  const novel = '却说那孙悟空听了，\n　　大笑道：“师父放心。”🐒去了。';
  const filter = VerbatimFilter.fromText([novel], 5);

  it('knows each run of one more than the limit, across line breaks, and none that is shorter', () => {
    const characters = [...novel.replace(/\s/gu, '')];
    for (let i = 0; i + 6 <= characters.length; i++) {
      expect(finds(filter, characters.slice(i, i + 6).join(''))).toBe(true);
    }
    expect(filter.grams).toBe(characters.length - 5);
    expect(finds(filter, '孙悟空听了')).toBe(false);
  });

  it('looks at the last characters only', () => {
    expect(finds(filter, '天地之间那孙悟空听了')).toBe(true);
    expect(finds(filter, '那孙悟空听说')).toBe(false);
  });

  it('knows no run that goes from one work into the next', () => {
    const two = VerbatimFilter.fromText(['孙悟空', '听了大笑道'], 3);
    expect(finds(two, '悟空听了')).toBe(false);
    expect(finds(two, '听了大笑')).toBe(true);
  });

  it('raises a false alarm at fewer than 1 in 100', () => {
    const random = Random.seeded(1);
    const characters = Array.from({ length: 20_000 }, () => 0x4e00 + random.below(5000));
    const big = VerbatimFilter.fromText([String.fromCodePoint(...characters)], 20);
    let alarms = 0;
    for (let end = 21; end < characters.length; end++) {
      if (big.completes(big.context(characters, end)!, 0x3041 + (end % 80))) alarms++;
    }
    expect(alarms).toBeLessThan(200);
    expect(alarms).toBeGreaterThan(0);
  });

  it('is the same after it was stored, and the same bytes each time', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string(), { maxLength: 3 }),
        fc.integer({ min: 1, max: 30 }),
        (texts, limit) => {
          const made = VerbatimFilter.fromText(texts, limit);
          const read = VerbatimFilter.parse(made.bytes);
          expect(read.bytes).toEqual(made.bytes);
          expect([read.limit, read.grams]).toEqual([made.limit, made.grams]);
          expect(VerbatimFilter.fromText(texts, limit).bytes).toEqual(made.bytes);
        },
      ),
    );
    expect(finds(VerbatimFilter.parse(filter.bytes), '却说那孙悟空')).toBe(true);
  });

  it('is read from the middle of a larger buffer', () => {
    const padded = new Uint8Array(filter.bytes.length + 3);
    padded.set(filter.bytes, 3);
    expect(VerbatimFilter.parse(padded.subarray(3)).bytes).toEqual(filter.bytes);
  });

  it('refuses what is damaged, and what is newer', () => {
    const { bytes } = filter;
    const changed = (at: number) => bytes.map((byte, i) => (i === at ? byte ^ 1 : byte));
    const damaged = [new Uint8Array(), bytes.subarray(0, 20), bytes.subarray(0, -1)];
    // Magic, number of bits, checksum, a bit.
    for (const at of [0, 20, 24, 30]) damaged.push(changed(at));
    for (const bad of damaged) {
      expect(() => VerbatimFilter.parse(bad)).toThrow(
        expect.objectContaining({ code: 'text.verbatim-damaged' }),
      );
    }
    const newer = bytes.map((byte, i) => (i === 4 ? 2 : byte));
    expect(() => VerbatimFilter.parse(newer)).toThrow(
      expect.objectContaining({ code: 'text.verbatim-newer' }),
    );
  });
});
