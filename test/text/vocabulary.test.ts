import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Vocabulary } from '#text';

const vocabulary = Vocabulary.fromText(['石猴跳出，石猴大笑。龘'], 2);

describe('Vocabulary', () => {
  it('gives any well-formed string back unchanged', () => {
    const alphabet = fc.oneof(
      fc.constantFrom(...'石猴跳出，。龘'),
      fc.string({ unit: 'binary', maxLength: 3 }),
    );
    fc.assert(
      fc.property(
        fc.array(alphabet).map((parts) => parts.join('')),
        (text) => {
          const ids = vocabulary.encode(text);
          expect(vocabulary.decode(ids)).toBe(text);
          expect(ids.every((id) => id >= vocabulary.firstByte && id < vocabulary.size)).toBe(true);
        },
      ),
      { numRuns: 2000 },
    );
  });

  it('keeps a leading byte order mark and a zero character', () => {
    for (const text of ['\uFEFF石', '石\u0000', '\uFEFF'])
      expect(vocabulary.decode(vocabulary.encode(text))).toBe(text);
  });

  it('orders characters by frequency, then by code point, and leaves out the rare', () => {
    expect(vocabulary.characters).toEqual(['猴', '石']);
    expect(Vocabulary.fromText(['猴石石', '跳石猴'], 1).characters).toEqual(['石', '猴', '跳']);
    expect(vocabulary.has('龘')).toBe(false);
    expect(vocabulary.encode('龘')).toHaveLength(3);
  });

  it('refuses a lone surrogate and tells where', () => {
    for (const text of ['石\uD83D', '\uDE00', '石猴\uDC00。']) {
      expect(() => vocabulary.encode(text)).toThrow(/text\.lone-surrogate/);
    }
    expect(() => Vocabulary.fromText(['\uD800'], 1)).toThrow(/text\.lone-surrogate.*0/);
  });

  it('survives being stored', () => {
    const again = Vocabulary.parse(JSON.parse(JSON.stringify(vocabulary)));
    expect(again.hash).toBe(vocabulary.hash);
    expect(again.characters).toEqual(vocabulary.characters);
  });

  it('refuses damaged and newer forms', () => {
    for (const json of [
      null,
      {},
      { format: 1 },
      { format: 1, characters: '石石' },
      { format: 1, characters: '\uD800' },
    ]) {
      expect(() => Vocabulary.parse(json)).toThrow(/text\.vocabulary-damaged/);
    }
    expect(() => Vocabulary.parse({ format: 2, characters: '石' })).toThrow(/text\.vocabulary-newer/);
  });
});
