import fc from 'fast-check';
import { expect, it } from 'vitest';
import { polish } from '../../src/text/polish.ts';
import { clean, SENTENCES, TRADITIONAL_SENTENCES, wrap } from './made-novel.ts';

const clauses = [...SENTENCES, ...TRADITIONAL_SENTENCES].flatMap((sentence) => sentence.match(/.{1,9}/gsu)!);
const noise = [
  '，',
  '。',
  '．',
  '﹔',
  '？',
  '?',
  '!',
  ',',
  '"',
  "'",
  '`',
  '“',
  '”',
  '「',
  '」',
  '……',
  '...',
  '-',
  '__',
  ' ',
  '　',
  '：：',
  '□',
  'Ok',
  '3.1',
  '\u200b',
  '\ufeff',
];
/** Marks that are mended as one, and that a wrap would tear. */
const torn = ['> >', '《', '<', '<<', '__', '－'];
const paragraph = fc
  .array(
    fc.oneof(
      { weight: 5, arbitrary: fc.constantFrom(...clauses) },
      { weight: 2, arbitrary: fc.constantFrom(...noise) },
    ),
    { minLength: 1, maxLength: 30 },
  )
  .map((parts) => parts.join(''));
/** Paragraphs begin and end as paragraphs do: where one breaks off within a clause, nobody can tell it from a wrap. */
const whole = fc
  .tuple(fc.constantFrom(...SENTENCES), paragraph, fc.constantFrom('。', '！', '？', '”', '……'))
  .map((parts) => parts.join(''));
const odd = fc.constantFrom(
  '　　　　床前一地白霜冷，\n　　　　头上三更明月孤。',
  '詩曰：',
  '第三回　石狮子',
  '第十二章',
  '楔子',
  '正文 第二回 甲 乙',
  '────────',
  '（本章完）',
  '更新时间:2007-11-16',
  '',
);
/**
 * A file has one layout, and lines enough to show it: wrapped at one width or not, its paragraphs parted by
 * indents or by blank lines.
 */
const file = fc
  .record({
    width: fc.option(fc.integer({ min: 25, max: 45 }), { nil: Number.POSITIVE_INFINITY }),
    indent: fc.constantFrom('', '　　', '    ', '\t'),
    parts: fc.array(fc.oneof({ weight: 6, arbitrary: whole }, { weight: 1, arbitrary: odd }), {
      minLength: 8,
      maxLength: 40,
    }),
  })
  .map(({ width, indent, parts }) =>
    parts.map((part) => wrap(`${indent}${part}`, width)).join(indent === '' && width < 99 ? '\n\n' : '\n'),
  );

const marks = fc
  .array(fc.constantFrom(...clauses, ...noise, ...torn), { maxLength: 30 })
  .map((parts) => parts.join(''));
const han = (text: string) => (text.match(/\p{Script=Han}/gu) ?? []).sort().join('');

it('cleaning what was cleaned changes nothing', async () => {
  await fc.assert(
    fc.asyncProperty(file, async (content) => {
      const once = (await clean(content)).text;
      expect((await clean(once)).text).toBe(once);
    }),
    { numRuns: 400, seed: 1 },
  );
});

it('paragraphs that were wrapped at any width come back as they were', async () => {
  const told = fc
    .array(fc.constantFrom(...SENTENCES), { minLength: 3, maxLength: 8 })
    .map((some) => some.join(''));
  await fc.assert(
    fc.asyncProperty(
      fc.array(told, { minLength: 15, maxLength: 40 }),
      fc.integer({ min: 25, max: 45 }),
      fc.boolean(),
      async (paragraphs, width, indented) => {
        const content = paragraphs
          .map((text) => wrap(indented ? `　　${text}` : text, width))
          .join(indented ? '\n' : '\n\n');
        expect((await clean(content)).text).toBe(paragraphs.join('\n'));
      },
    ),
    { numRuns: 300, seed: 4 },
  );
});

it('the Han characters of the text are those of the file without what the report says was left out', async () => {
  await fc.assert(
    fc.asyncProperty(file, async (content) => {
      const { text, report } = await clean(content);
      const gone = Object.entries(report.removed);
      // Whole lines: their examples are complete only while there are three of a reason at most.
      fc.pre(
        gone.every(
          ([, { count, examples }]) =>
            count === examples.length || han(examples.map((e) => e.text).join('')) === '',
        ),
      );
      const removed = gone.flatMap(([, { examples }]) => examples.map((example) => example.text)).join('');
      expect(han(text + removed)).toBe(han(content));
    }),
    { numRuns: 400, seed: 2 },
  );
});

it('mending marks a second time changes nothing', () => {
  const silent = { removed() {}, changed() {} };
  const bookMarks = fc.record({
    lostQuestionMarks: fc.boolean(),
    quotes: fc.constantFrom('curly' as const, 'corner' as const, undefined),
  });
  fc.assert(
    fc.property(fc.oneof(marks, fc.string({ unit: 'grapheme' })), bookMarks, (text, book) => {
      const once = polish(text, book, silent);
      expect(polish(once, book, silent)).toBe(once);
    }),
    { numRuns: 2000, seed: 3 },
  );
});
