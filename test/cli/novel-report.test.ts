import { expect, it } from 'vitest';
import { formatKept, formatNovels, formatReport } from '#cli';
import { createTranslator, type Locale } from '#i18n';
import type { Novel } from '#text';

const novel: Novel = {
  title: '石狮子',
  encoding: { name: 'gb18030', evidence: 'frequent-characters' },
  preview: ['第一章 桥头', '那天傍晚。', 'x'.repeat(100)],
  text: '第一章\n甲乙\n第二章\n第三章\n第四章\n第五章',
  characters: 17,
  distinct: 9,
  chapters: ['第一章', '第二章', '第三章', '第四章', '第五章'].map((title, i) => ({
    title,
    start: i,
    end: i + 1,
  })),
  report: {
    lines: 12,
    removed: {
      blank: { count: 3, characters: 0, examples: [] },
      url: { count: 1, characters: 15, examples: [{ line: 1234, text: 'www.example.com' }] },
    },
    changed: {},
  },
};

it('the report says encoding, beginning, chapters, size, and what was left out with examples', () => {
  expect(formatReport(novel, createTranslator('en'))).toBe(`石狮子

Encoding: gb18030 (a guess: this way the text has the commonest characters; --encoding names another)
Begins:
  第一章 桥头
  那天傍晚。
  ${'x'.repeat(60)}…

Chapters: 5
  1. 第一章
  2. 第二章
  3. 第三章
  …
  5. 第五章
Text: 17 characters in 6 lines; 9 different ones

Left out:
  addresses: 1 (15 characters)
      line 1,234: www.example.com
  blank lines: 3

Changed:
  nothing
`);
});

it.each<[Locale, RegExp]>([
  ['zh-Hans', /章节：5 章[\s\S]*网址：1 处，15 字\n {6}第 1,234 行/],
  ['zh-Hant', /章節：5 章[\s\S]*網址：1 處，15 字\n {6}第 1,234 行/],
])('the report speaks %s', (locale, words) => {
  expect(formatReport(novel, createTranslator(locale))).toMatch(words);
});

it('a book without chapters is said to have none', () => {
  expect(formatReport({ ...novel, chapters: [] }, createTranslator('en'))).toContain('Chapters: none found');
});

it('kept novels are listed, and a new one is named with the command that trains on it', () => {
  const t = createTranslator('en');
  const record = {
    format: 1 as const,
    line: 'lions',
    title: '石狮子',
    source: 'a.txt',
    sourceSha256: '',
    encoding: 'utf-8' as const,
    convert: 'none' as const,
    characters: 1234,
    sha256: '',
    chapters: novel.chapters,
  };
  expect(formatNovels([record], t)).toBe('lions: 石狮子, 1,234 characters, 5 chapters\n');
  expect(formatNovels([], t)).toMatch(/npm run novel -- add FILE/);
  expect(formatKept(record, 'data/novels/lions.txt', t)).toMatch(
    /npm run train -- --novel data\/novels\/lions\.txt/,
  );
});
