import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Author, type Book, bookOf, personKey, type Run, toTxt, underPenNames } from '#books';
import { anyText, line, MODEL, passage, person, story, words } from './made-story.ts';

const naming = { penName: words.penName };
const make = (...texts: readonly (readonly [Author, string])[]): Book =>
  bookOf(line(...texts), { ...naming, title: '石猴', language: 'zh-Hant' });
const plain = (paragraphs: Book['paragraphs']): string[] =>
  paragraphs.map((runs) => runs.map(({ text }) => text).join(''));
const txt = (book: Book): string => new TextDecoder('utf-8', { ignoreBOM: true }).decode(toTxt(book));

const ming = person('1', '小明');
const mei = person('2', '小美');

describe('a book', () => {
  it('joins passages as the story runs, and knows who wrote which part of a paragraph', () => {
    const book = make([ming, '從前有一隻'], [MODEL, '石猴。\n他說'], [MODEL, '：'], [mei, '「好！」\n']);
    expect(book.paragraphs).toEqual([
      [
        { author: 0, text: '從前有一隻' },
        { author: 'model', text: '石猴。' },
      ],
      [
        { author: 'model', text: '他說：' },
        { author: 1, text: '「好！」' },
      ],
    ]);
    expect(book.authors).toEqual(['甲', '乙']);
  });

  it('breaks paragraphs at line breaks of every kind', () => {
    expect(plain(make([MODEL, '一\n二\r\n三\r四\u2028五\u2029六\u0085七']).paragraphs)).toEqual([
      ...'一二三四五六七',
    ]);
    // A break may itself be written by two.
    expect(plain(make([MODEL, '一\n'], [ming, '\n二']).paragraphs)).toEqual(['一', '二']);
  });

  it('has no white space around paragraphs, however many wrote it', () => {
    expect(make([ming, ' 　'], [MODEL, '　一 二 '], [mei, '\t　']).paragraphs).toEqual([
      [{ author: 'model', text: '一 二' }],
    ]);
    // Nothing between two texts of one author does not part them.
    expect(make([ming, '一'], [MODEL, ''], [ming, '二']).paragraphs).toEqual([[{ author: 0, text: '一二' }]]);
    // Who wrote nothing that is read is no author.
    expect(make([ming, ' 　'], [MODEL, '一']).authors).toEqual([]);
  });

  it('has nothing of what was erased, neither text nor name', () => {
    const passages = [
      passage('1', null, ming, '祕密', { erased: true }),
      passage('2', '1', { kind: 'nobody' }, ''),
      passage('3', '2', mei, '山'),
    ];
    const book = bookOf(passages, { ...naming, title: '石猴', language: 'zh-Hant' });
    expect(book.paragraphs).toEqual([[{ author: 0, text: '山' }]]);
    expect(book.authors).toEqual(['甲']);
  });

  it('keeps every visible character in order', () => {
    const visible = (text: string) => text.replaceAll(/[\s\p{Cc}\ufffe\uffff]/gu, '');
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.constantFrom(MODEL, ming, mei), anyText)), (texts) => {
        const { paragraphs } = make(...texts);
        expect(visible(plain(paragraphs).join(''))).toBe(visible(texts.map(([, text]) => text).join('')));
        for (const one of plain(paragraphs))
          expect(one).toBe(one.trim().replaceAll(/[\n\r]/g, '') || 'empty');
        const neighbours = paragraphs.flatMap((runs) => runs.slice(1).map((run, i) => [runs[i]!, run]));
        for (const [before, after] of neighbours as [Run, Run][])
          expect(before.author).not.toBe(after.author);
      }),
    );
  });

  it('drops what no reader shows and mends half a character', () => {
    expect(plain(make([MODEL, '石\u0007\u001b猴\uffff\ud83d']).paragraphs)).toEqual(['石猴\ufffd']);
    expect(bookOf([], { ...naming, title: ' 石\n猴\u0000 ', language: 'en' }).title).toBe('石 猴');
  });
});

describe('txt', () => {
  it('is the title, a blank line and indented paragraphs, each a line', () => {
    expect(txt(make([ming, '一\n\n'], [MODEL, '二'], [mei, '三']))).toBe('石猴\n\n　　一\n　　二三\n');
  });

  it('gives back the paragraphs', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.constantFrom(MODEL, ming), anyText)), (texts) => {
        const book = make(...texts);
        const lines = txt(book).split('\n');
        expect(lines.slice(0, 2)).toEqual(['石猴', '']);
        expect(lines.at(-1)).toBe('');
        expect(lines.slice(2, -1).map((one) => one.replace(/^　　/, ''))).toEqual(plain(book.paragraphs));
        expect(lines.slice(2, -1).every((one) => /^　　\S/u.test(one))).toBe(true);
      }),
    );
  });
});

describe('pen names', () => {
  const many = (count: number): Author[] => Array.from({ length: count }, (_, i) => person(String(i)));

  it('go by first appearance, without end and without repetition', () => {
    const { authors } = make(...many(35).map((one): [Author, string] => [one, '字']));
    expect(authors.slice(0, 11)).toEqual([...'甲乙丙丁戊己庚辛壬癸', '甲2']);
    expect(new Set(authors).size).toBe(35);
  });

  it('yield to those that their owners chose, and nobody else is called so', () => {
    const penNames = new Map([[personKey({ platform: 'discord', id: '2' }), ' 甲\n']]);
    const book = bookOf(line([ming, '一'], [mei, '二']), {
      ...naming,
      penNames,
      title: '石猴',
      language: 'zh-Hant',
    });
    expect(book.authors).toEqual(['乙', '甲']);
  });

  it('replace accounts in a story for others, also on other branches, and leave nothing of the erased', () => {
    const passages = [
      passage('1', null, person('7001', '王小明'), '一'),
      passage('2', '1', MODEL, '二'),
      passage('3', '1', person('7002', '林小美'), '三'),
      passage('4', '1', person('7001', '小明'), '四'),
      passage('5', '1', person('7003', '張三'), '', { erased: true }),
    ];
    const open = underPenNames(story(passages), naming);
    expect(open.passages.map(({ author }) => author)).toEqual([
      { kind: 'person', platform: 'pen-name', id: '1', name: '甲' },
      MODEL,
      { kind: 'person', platform: 'pen-name', id: '2', name: '乙' },
      { kind: 'person', platform: 'pen-name', id: '1', name: '甲' },
      { kind: 'nobody' },
    ]);
    expect(JSON.stringify(open)).not.toMatch(/700|小明|小美|張三|discord/);
  });
});
