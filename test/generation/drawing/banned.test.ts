import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lengthRange } from '#generation';
import { Vocabulary } from '#text';
import { certain, draw, noise, tokensOf, vocabulary } from '../../fakes/fake-models.ts';

describe('banned phrases', () => {
  const letters = ['孙', '悟', '空', '去', '猴', '🐒'];
  const small = Vocabulary.fromText(['孙悟空去。'], 1);
  const among = tokensOf(small, `${letters.join('')}。`);
  const phrase = fc.string({ unit: fc.constantFrom(...letters), minLength: 1, maxLength: 4 });

  it('are never in the text, wherever it begins and however a character is written, and the passage always ends', () => {
    fc.assert(
      fc.property(
        fc.integer(),
        fc.array(phrase, { minLength: 1, maxLength: 20 }),
        fc.string({ unit: fc.constantFrom(...letters), maxLength: 5 }),
        fc.integer({ min: 1, max: 5 }),
        (seed, banned, before, count) => {
          const { text, tokens } = draw(noise(seed, among, count), { banned }, { before, seed, v: small });
          const read = before + text;
          for (const bad of banned) {
            for (let at = read.indexOf(bad); at >= 0; at = read.indexOf(bad, at + 1)) {
              expect(at + bad.length).toBeLessThanOrEqual(before.length);
            }
          }
          expect(text.isWellFormed()).toBe(true);
          expect(small.decode(tokens)).toBe(text);
          expect([...text].length).toBeGreaterThanOrEqual(lengthRange(20).minimum);
          expect([...text].length).toBeLessThanOrEqual(lengthRange(20).limit);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('are walked back from before their first character', () => {
    const { text, walks } = draw(certain(vocabulary, '大笑孙悟空去。'), { length: 4, banned: ['孙悟空'] });
    expect(text).toMatch(/^大笑[^孙]/);
    expect(walks).toBe(1);
  });

  it('are held back until they are certain not to come', () => {
    const { text, pieces } = draw(certain(vocabulary, '大笑孙悟去也了。'), { length: 8, banned: ['孙悟空'] });
    expect(text).toBe('大笑孙悟去也了。');
    expect(pieces).toEqual(['大', '笑', '孙悟去', '也', '了', '。']);
  });

  it('are seen where they begin in what stands before', () => {
    const settings = { length: 4, banned: ['悟空听'] };
    const before = '孙悟空';
    expect(draw(certain(vocabulary, '听了去也。'), settings, { before }).text).toMatch(/^[^听]/);
    expect(draw(certain(vocabulary, '听了去也。'), settings, { before: '孙悟' }).text).toMatch(/^听/);
  });

  it('take back the first character of the passage where they began before it', () => {
    const settings = { length: 4, banned: ['悟空听了'] };
    const { text, walks } = draw(certain(vocabulary, '听了去也。'), settings, { before: '孙悟空' });
    expect(text).toMatch(/^[^听]/);
    expect(walks).toBe(1);
  });

  it('may take back the end of a sentence, behind which the passage then ends', () => {
    const told = '去也！？！不见。';
    const settings = { length: 3, banned: ['？！'] };
    expect(draw(certain(vocabulary, told), { length: 3 }).text).toBe('去也！？！');
    expect(draw(certain(vocabulary, told), settings).text).toMatch(/^去也！$|^去也！！$/);
  });

  it('are walked back from so often and no more, however they are knotted', () => {
    const pairs = [...'孙悟空去'].flatMap((a) => [...'孙悟空去'].flatMap((b) => [a + b, a + b + a]));
    const banned = [...pairs.filter((_, i) => i % 2 === 1), '去去', '孙悟', '悟悟悟'];
    const model = noise(4, [...small.encode('孙悟空去')], 4);
    const { text, walks } = draw(model, { length: 9000, banned }, { v: small });
    expect(banned.some((bad) => text.includes(bad))).toBe(false);
    expect(walks).toBeGreaterThan(200);
    expect(walks).toBeLessThanOrEqual(500);
  });

  it('may be a hundred, each a character', () => {
    const ascii = Array.from({ length: 94 }, (_, i) => String.fromCharCode(0x21 + i));
    const banned = [...ascii, ...'孙悟空去。'].slice(0, 100);
    const { text } = draw(noise(1, among, 5), { banned, length: 5 }, { v: small });
    expect([...text].some((c) => banned.includes(c))).toBe(false);
  });
});
