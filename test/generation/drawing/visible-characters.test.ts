import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Vocabulary } from '#text';
import type { FakeModel } from '../../fakes/draw-passage.ts';
import { certain, draw, noise, scripted, tokensOf } from '../../fakes/fake-models.ts';

const graphemes = new Intl.Segmenter('zh', { granularity: 'grapheme' });

describe('visible characters', () => {
  const odd = '孙e\u0301\u200d\ufe0f👩🚀🇨🇳🏽가각ᄀ\u0e33。A\u0600';
  const known = Vocabulary.fromText([odd], 1);
  const bytes = Vocabulary.fromText(['孙。A'], 1);

  it('are never parted: not by the ends of a passage, not in the stream, not when it is stopped', () => {
    fc.assert(
      fc.property(
        fc.integer(),
        fc.string({ unit: fc.constantFrom(...odd), maxLength: 4 }),
        fc.constantFrom(known, bytes),
        fc.constantFrom(1, 4, 30),
        fc.option(fc.integer({ min: 0, max: 20 }), { nil: undefined }),
        fc.array(fc.string({ unit: fc.constantFrom(...odd), minLength: 2, maxLength: 3 }), { maxLength: 6 }),
        (seed, before, v, count, stopAfter, banned) => {
          const settings = { length: 10, temperature: 1.5, banned };
          const more = { before, seed, v, ...(stopAfter !== undefined && { stopAfter }) };
          const { text, pieces, tokens } = draw(noise(seed, tokensOf(v, odd), count), settings, more);
          expect(text.isWellFormed()).toBe(true);
          expect(v.decode(tokens)).toBe(text);
          const starts = new Set(Array.from(graphemes.segment(before + text), ({ index }) => index));
          let at = before.length;
          for (const piece of pieces) {
            if (at > 0) expect(starts).toContain(at);
            at += piece.length;
          }
        },
      ),
      { numRuns: 300 },
    );
  });

  it('may be drawn, byte by byte too', () => {
    for (const v of [known, bytes]) {
      const { text, pieces } = draw(certain(v, 'A👩🏽‍🚀e\u0301🇨🇳孙。'), { length: 8 }, { v });
      expect(text).toBe('A👩🏽‍🚀e\u0301🇨🇳孙。');
      expect(pieces).toEqual(['A', '👩🏽‍🚀', 'e\u0301', '🇨🇳孙', '。']);
    }
  });

  it('are not left half where it is stopped', () => {
    for (const stopAfter of [0, 1, 2, 3, 4, 5]) {
      const { text } = draw(certain(known, 'A👩🏽‍🚀孙。'), { length: 8 }, { v: known, stopAfter });
      expect(text).toBe(['', 'A', 'A👩', 'A👩🏽', 'A👩🏽‍🚀', 'A👩🏽‍🚀'][stopAfter]);
    }
  });

  it('are whole where something was taken back behind them, or may be from within them', () => {
    const v = Vocabulary.fromText(['🚀\ufe0fA孙。e\u0301'], 1);
    const model = scripted(v, { '': '🚀', '🚀': 'A\ufe0f', '🚀A': '孙', '🚀\ufe0f': '孙' });
    const rocket = draw(model, { length: 4, banned: ['A孙'] }, { v });
    expect(rocket.pieces).toEqual(['🚀\ufe0f孙', '。']);
    const accent = scripted(v, { '': 'e', e: '\u0301', 'e\u0301': 'A', 'e\u0301A': 'A' });
    expect(draw(accent, { length: 4, banned: ['\u0301孙'] }, { v }).pieces).toEqual(['e\u0301', 'A', 'A。']);
  });

  it('are given up where no byte can finish them, for what else the model offered', () => {
    const lost = [...new TextEncoder().encode('\ufffd')].map((b) => bytes.firstByte + b);
    const model: FakeModel = (read) => {
      const last = lost.indexOf(read.at(-1) ?? -1);
      if (last === 0 || last === 1) return { ids: [lost[last + 1]!], logits: [0] };
      return { ids: [lost[0]!, ...bytes.encode('A。')], logits: [30, 1, 0] };
    };
    const { text, walks } = draw(model, { length: 8, temperature: 0.1 }, { v: bytes });
    expect(text).toMatch(/^A+。$/);
    expect(walks).toBeGreaterThan(5);
  });

  it('do not grow for ever', () => {
    const v = Vocabulary.fromText(['👩\u200d。孙'], 1);
    const { text } = draw(certain(v, '👩\u200d'.repeat(200)), { length: 10 }, { v });
    for (const { segment } of graphemes.segment(text)) expect([...segment].length).toBeLessThanOrEqual(12);
  });

  it('hold no control of direction, no gap that is not seen, nothing without a meaning', () => {
    const bad = '\u202e\u200b\ufeff\u00ad\ue000\u{10ffff}\u2028';
    for (const v of [Vocabulary.fromText([`${bad}孙。`], 1), bytes]) {
      const { text } = draw(certain(v, `孙${bad}孙孙孙孙。`), { length: 6 }, { v });
      expect(text).not.toMatch(/[\u202e\u200b\ufeff\u00ad\p{Co}\p{Cn}\u2028]/u);
    }
  });
});
