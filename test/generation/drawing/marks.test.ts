import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lengthRange } from '#generation';
import { Vocabulary } from '#text';
import { certain, draw, noise, scripted, tokensOf, vocabulary } from '../../fakes/fake-models.ts';

describe('marks in pairs', () => {
  const marks = '“”‘’「」『』《》〈〉（）【】';
  const opening = [...marks].filter((_, i) => i % 2 === 0);
  const closing = [...marks].filter((_, i) => i % 2 === 1);
  const marked = Vocabulary.fromText([`${marks.replace('【】', '')}孙悟空去。！\n，`], 1);
  const among = tokensOf(marked, `${marks}孙悟空去。！\n，`);

  /** What is open at the end; throws where marks cross, close nothing, or open twice. */
  function openAtEnd(text: string, open: string[] = []): string[] {
    const characters = [...text];
    for (const [i, c] of characters.entries()) {
      // An apostrophe.
      if (c === '’' && open.at(-1) !== '‘' && /\p{Script=Latin}/u.test(characters[i - 1] ?? '')) continue;
      if (opening.includes(c)) {
        if (open.includes(c)) throw new Error(`${c} twice at ${i} of ${text}`);
        open.push(c);
      }
      if (closing.includes(c) && open.pop() !== opening[closing.indexOf(c)])
        throw new Error(`${c} at ${i} of ${text}`);
    }
    return open;
  }

  it('never close nothing, open twice or cross, and are all closed in the end', () => {
    fc.assert(
      fc.property(
        fc.integer(),
        fc.constantFrom('', '孙悟空道：“', '他道：“《去', '“悟‘空', '（去。【空'),
        fc.integer({ min: 1, max: 60 }),
        fc.constantFrom(1, 3, 20, among.length),
        (seed, before, length, count) => {
          const settings = { length, temperature: 1.5 };
          const { text } = draw(noise(seed, among, count), settings, { before, seed, v: marked });
          expect(openAtEnd(before + text)).toEqual([]);
          expect(before + text).not.toMatch(/“”|‘’|《》/);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('are in whatever order people like before the passage', () => {
    fc.assert(
      fc.property(
        fc.integer(),
        fc.string({ unit: fc.constantFrom(...marks, '孙', '\n'), maxLength: 20 }),
        (seed, before) => {
          const { text } = draw(noise(seed, among, 20), { length: 10 }, { before, seed, v: marked });
          expect(text.isWellFormed()).toBe(true);
        },
      ),
    );
  });

  it('lets the model close a quotation by itself for a while, then closes it behind a sentence', () => {
    const speech = `孙悟空道：“${'去也。'.repeat(60)}`;
    const { text } = draw(certain(vocabulary, speech), { length: 20, repetition: 0 });
    expect(text).toMatch(/^孙悟空道：“(去也。)+”$/);
    expect([...text].length).toBeGreaterThan(40);
    expect([...text].length).toBeLessThan(50);
  });

  it('ends a sentence where the model never would, and closes the quotation behind it', () => {
    const { text } = draw(certain(vocabulary, `孙悟空道：“${'去也，'.repeat(99)}`), {
      length: 20,
      repetition: 0,
    });
    expect(text).toMatch(/^孙悟空道：“(去也，)+(去|去也)?[。！？]”$/);
    expect([...text].length).toBeLessThanOrEqual(lengthRange(20).limit);
  });

  it('closes a title before it grows long', () => {
    const titled = Vocabulary.fromText(['看《孙悟空去》。'], 1);
    const { text } = draw(
      certain(titled, `看《${'孙悟空去'.repeat(20)}`),
      { length: 40, repetition: 0 },
      { v: titled },
    );
    expect(text).toMatch(/^看《[孙悟空去]{8,16}》/);
  });

  it('ends with a quotation open only where every way to close it is banned', () => {
    const { text } = draw(certain(vocabulary, '道：“去也。'), { length: 5, banned: ['”'] });
    expect([...text].length).toBe(lengthRange(5).limit);
    expect(text).not.toContain('”');
    const other = draw(certain(vocabulary, `道：“${'去也，'.repeat(30)}`), {
      length: 5,
      banned: ['。”', '？”'],
    });
    expect(other.text).toMatch(/！”$/);
  });

  it('does not insist on closing what is within by a mark that is banned', () => {
    const v = Vocabulary.fromText(['“”‘’孙去悟。'], 1);
    const next = { '': '“', '“': '‘', '“‘': '去', '“‘去': '”去', '“‘去去': '孙去', '“‘去去孙': '去' };
    // Had it tried ’ over and over, its patience would be gone and no 孙 would come.
    const { text } = draw(scripted(v, next), { length: 9, banned: ['’', '孙悟'] }, { v });
    expect(text).toMatch(/^“‘去去孙去/);
  });

  it('takes ’ behind a letter for an apostrophe', () => {
    const english = Vocabulary.fromText(['I don’t know.孙'], 1);
    expect(draw(certain(english, 'I don’t know. I'), { length: 10 }, { v: english }).text).toBe(
      'I don’t know.',
    );
  });
});
