import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TokenMask, Utf8State } from '#generation';
import { Vocabulary } from '#text';

const wellFormed = (bytes: readonly number[]): boolean => {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(Uint8Array.from(bytes));
    return true;
  } catch {
    return false;
  }
};

describe('Utf8State', () => {
  it('admits exactly the bytes that some well-formed text has there', () => {
    // A prefix is good if it can be completed: by none to three continuation bytes from either end of the range.
    const tails = [
      [],
      [0x80],
      [0xbf],
      [0x80, 0x80],
      [0xbf, 0x80],
      [0x80, 0x80, 0x80],
      [0xbf, 0x80, 0x80],
      [0x90, 0x80, 0x80],
      [0x8f, 0x80, 0x80],
      [0xa0, 0x80],
      [0x9f, 0x80],
    ];
    const canBecomeText = (bytes: readonly number[]) => tails.some((tail) => wellFormed([...bytes, ...tail]));
    const walk = (state: () => Utf8State, bytes: readonly number[], depth: number): void => {
      for (let byte = 0; byte < 256; byte++) {
        const next = [...bytes, byte];
        const allowed = state().allows(byte);
        if (allowed !== canBecomeText(next))
          throw new Error(`${next.map((b) => b.toString(16))}: ${allowed}`);
        if (!allowed || depth === 0) continue;
        const advance = () => {
          const s = state();
          s.push(byte);
          return s;
        };
        if (!advance().atBoundary) walk(advance, next, depth - 1);
      }
    };
    walk(() => new Utf8State(), [], 1);
  });

  it('is at a boundary exactly after whole characters', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', minLength: 1 }), (text) => {
        const state = new Utf8State();
        for (const c of text) {
          const bytes = [...new TextEncoder().encode(c)];
          const seen = bytes.map((byte) => {
            const allowed = state.allows(byte);
            state.push(byte);
            return [allowed, state.atBoundary];
          });
          expect(seen).toEqual(bytes.map((_, i) => [true, i === bytes.length - 1]));
        }
      }),
      { numRuns: 40 },
    );
  });
});

describe('TokenMask', () => {
  const vocabulary = Vocabulary.fromText(['孙悟空\n\t\u0085'], 1);
  const byte = (b: number) => vocabulary.firstByte + b;
  const id = (c: string) => vocabulary.encode(c)[0]!;

  it('never admits control tokens nor, in bytes or whole, control characters but the line break', () => {
    const mask = new TokenMask(vocabulary);
    expect(mask.allows(vocabulary.startOfStory)).toBe(false);
    expect(mask.allows(vocabulary.endOfPassage)).toBe(false);
    for (const b of [0x00, 0x07, 0x09, 0x1b, 0x7f]) expect(mask.allows(byte(b))).toBe(false);
    expect(mask.allows(id('\t'))).toBe(false);
    expect(mask.allows(id('\u0085'))).toBe(false);
    expect(mask.allows(id('\n'))).toBe(true);
    expect(mask.allows(id('孙'))).toBe(true);
    const bare = Vocabulary.fromText(['孙'], 1);
    for (const known of [vocabulary, bare]) {
      const [lineBreak, sun] = known.encode('\n孙');
      const fresh = new TokenMask(known);
      expect([fresh.allows(lineBreak!), fresh.allows(sun!)]).toEqual([true, true]);
      fresh.push(lineBreak!);
      expect([fresh.allows(lineBreak!), fresh.allows(sun!)]).toEqual([false, true]);
    }
    mask.push(byte(0xc2));
    expect(mask.allows(byte(0x9b))).toBe(false);
    expect(mask.allows(byte(0xa0))).toBe(true);
  });

  it('admits nothing in bytes that has a token of its own, so that a text is one row of tokens', () => {
    const known = Vocabulary.fromText(['孙悟\nAé🐒'], 1);
    for (const c of '孙悟\nAé🐒学Bè🐔') {
      const bytes = [...new TextEncoder().encode(c)].map((b) => known.firstByte + b);
      const mask = new TokenMask(known);
      const admitted = bytes.map((b) => {
        const allowed = mask.allows(b);
        mask.push(b);
        return allowed;
      });
      expect(admitted, c).toEqual(bytes.map((_, i) => i < bytes.length - 1 || !known.has(c)));
    }
  });

  it('finishes a character in bytes before another begins', () => {
    const mask = new TokenMask(vocabulary);
    mask.push(byte(0xe5));
    expect(mask.atBoundary).toBe(false);
    expect(mask.allows(id('孙'))).toBe(false);
    expect(mask.allows(byte(0x41))).toBe(false);
    expect(mask.allows(byte(0xad))).toBe(true);
    mask.push(byte(0xad));
    mask.push(byte(0x99));
    expect(mask.atBoundary).toBe(true);
    expect(mask.allows(id('孙'))).toBe(true);
  });
});
