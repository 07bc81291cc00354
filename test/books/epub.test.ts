import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EpubCheck } from '@likecoin/epubcheck-ts';
import fc from 'fast-check';
import { strFromU8, unzipSync } from 'fflate';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { type Author, type Book, bookOf, toEpub } from '#books';
import { readNovel } from '#text';
import { contrast } from './contrast.ts';
import { anyText, line, MODEL, person, words } from './made-story.ts';
import { paragraphsIn } from './paragraphs-in.ts';

const modified = Date.UTC(2026, 10, 24, 1, 2, 3, 4);
const make = (title: string, ...texts: readonly (readonly [Author, string])[]): Book =>
  bookOf(line(...texts), { penName: words.penName, title, language: 'zh-Hant' });
const epub = (book: Book): Uint8Array => toEpub(book, { words, modified });
const filesOf = (bytes: Uint8Array): Record<string, string> =>
  Object.fromEntries(Object.entries(unzipSync(bytes)).map(([name, data]) => [name, strFromU8(data)]));
const plain = (book: Book): string[] => book.paragraphs.map((runs) => runs.map(({ text }) => text).join(''));
const pagesOf = (bytes: Uint8Array): string[] =>
  Object.entries(filesOf(bytes)).flatMap(([name, content]) => (/story-/.test(name) ? [content] : []));

/** What the checker has against a book: fatal, errors and warnings. */
async function complaints(bytes: Uint8Array): Promise<string[]> {
  const { messages } = await EpubCheck.validate(bytes);
  return messages
    .filter(({ severity }) => !/^(info|usage|suppressed)$/.test(severity))
    .map(({ id, message, location }) => `${id} ${message} ${location?.path}`);
}

const two = make('石猴', [person('1'), '從前'], [MODEL, '有一隻石猴。\n他說：「好！」']);
/** A million characters in paragraphs of 250, by turns of a person and the model. */
const million = make(
  '長篇',
  ...Array.from({ length: 4000 }, (_, i): [Author, string] => [
    i % 2 ? MODEL : person('1'),
    `${'且說石猴行者'.repeat(50).slice(0, 248)}${i % 10}\n`,
  ]),
);

const titles = [
  ['plain', '石猴'],
  ['markup', `<&>"' ]]> --> &amp; <script>`],
  ['emoji', '👨‍👩‍👧‍👦 🇹🇼'],
  ['very long', '猴'.repeat(20_000)],
  ['right to left', 'שלום \u202e abc'],
] as const;

describe('epubcheck finds nothing', () => {
  it.each(titles)('with a title that is %s', async (_, title) => {
    expect(await complaints(epub(make(title, [person('1'), '一'], [MODEL, title])))).toEqual([]);
  });

  it('without a title, as the untitled are called', async () => {
    expect(await complaints(epub(make(words.untitled, [MODEL, '一'])))).toEqual([]);
  });

  it('in a story of one character, by one person, by the model alone', async () => {
    expect(await complaints(epub(make('一', [MODEL, '一'])))).toEqual([]);
    expect(await complaints(epub(make('一', [person('1'), '一'])))).toEqual([]);
  });

  it('in any language, with any text', async () => {
    for (const language of ['zh-Hans', 'zh-Hant', 'en'] as const)
      expect(await complaints(epub({ ...two, language }))).toEqual([]);
    const odd = fc.sample(anyText, { numRuns: 100, seed: 7 }).map((text): [Author, string] => [MODEL, text]);
    expect(await complaints(epub(make('石猴', ...odd)))).toEqual([]);
  });

  it('with thirty authors whose names are markup', async () => {
    const people = Array.from({ length: 30 }, (_, i): [Author, string] => [person(String(i)), '字\n']);
    const penNames = new Map([['discord/3', '<b>&"\'']]);
    const book = bookOf(line(...people), {
      penName: words.penName,
      penNames,
      title: '石猴',
      language: 'zh-Hant',
    });
    expect(await complaints(epub(book))).toEqual([]);
  });

  it('in a story of a million characters', async () => {
    expect(await complaints(epub(million))).toEqual([]);
  });

  it('but would find something', async () => {
    const files = unzipSync(epub(two));
    const { zipSync } = await import('fflate');
    const broken = { ...files, 'EPUB/story-0001.xhtml': new TextEncoder().encode('<p>') };
    expect(await complaints(zipSync(broken))).not.toEqual([]);
  });
});

describe('the archive', () => {
  it('begins with its type, stored', () => {
    const bytes = Buffer.from(epub(two));
    expect(bytes.readUInt16LE(8)).toBe(0);
    expect(bytes.readUInt16LE(28)).toBe(0);
    expect(bytes.subarray(30, 58).toString('latin1')).toBe('mimetypeapplication/epub+zip');
  });

  it('is the same for the same book, at any time and in every time zone', () => {
    const zone = process.env.TZ;
    const made = ['UTC', 'Asia/Taipei', 'America/Los_Angeles'].map((name, year) => {
      process.env.TZ = name;
      vi.setSystemTime(Date.UTC(2026 + year, 1));
      return Buffer.from(epub(two)).toString('hex');
    });
    vi.useRealTimers();
    if (zone === undefined) delete process.env.TZ;
    else process.env.TZ = zone;
    expect(new Set(made).size).toBe(1);
  });

  it('says what and by whom it is, when it was changed, and in which language', () => {
    const document = filesOf(epub(two))['EPUB/package.opf']!;
    expect(document).toContain('<dc:title>石猴</dc:title>');
    expect(document).toContain('<dc:language>zh-Hant</dc:language>');
    expect(document).toMatch(/<dc:creator id="author-1">甲<\/dc:creator>/);
    expect(document).toMatch(/<dc:contributor id="model">模型<\/dc:contributor>/);
    expect(document).toContain('<meta property="dcterms:modified">2026-11-24T01:02:03Z</meta>');
    expect(filesOf(epub(make('一', [MODEL, '一'])))['EPUB/package.opf']).toContain('<dc:creator id="model">');
  });

  it('has an identifier that is made of what it says', () => {
    const identifier = (book: Book) =>
      /urn:uuid:[0-9a-f-]{36}/.exec(filesOf(epub(book))['EPUB/package.opf']!)![0];
    expect(identifier(two)).toBe(identifier({ ...two }));
    expect(identifier(two)).not.toBe(identifier({ ...two, title: '石' }));
    expect(identifier(two)).not.toBe(identifier({ ...two, paragraphs: two.paragraphs.slice(1) }));
    expect(identifier(two)).toMatch(/^urn:uuid:.{8}-.{4}-8.{3}-[89ab].{3}-.{12}$/);
  });
});

describe('its pages', () => {
  it('hold what was written, character by character, in order', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.constantFrom(MODEL, person('1')), anyText)), (texts) => {
        const book = make('石猴', ...texts);
        const pages = pagesOf(epub(book));
        expect(pages.flatMap((page) => paragraphsIn(page, 'section', true))).toEqual(plain(book));
      }),
    );
  });

  it('are cut between paragraphs, none far longer than fifty thousand characters', () => {
    const pages = pagesOf(epub(million));
    expect(pages).toHaveLength(20);
    expect(pages.flatMap((page) => paragraphsIn(page, 'section', true))).toEqual(plain(million));
    for (const page of pages)
      expect(paragraphsIn(page, 'section', true).join('').length).toBeLessThan(50_000 + 250);
  });

  it('stand in the table of contents by how they begin', () => {
    const entries = [...filesOf(epub(two))['EPUB/nav.xhtml']!.matchAll(/<a href="(.*?)">(.*?)<\/a>/g)];
    expect(entries.map(([, href, label]) => [href, label])).toEqual([
      ['title.xhtml', '石猴'],
      ['story-0001.xhtml', '從前有一隻石猴。'],
      ['colophon.xhtml', '關於本書'],
    ]);
  });

  it('begin with title and authors and end with what is said about the book', () => {
    const files = filesOf(epub(two));
    expect(files['EPUB/title.xhtml']).toMatch(/<h1>石猴<\/h1>\s*<p>甲和模型<\/p>/);
    expect(files['EPUB/colophon.xhtml']).toContain('西遊記和紅樓夢');
    const order = [...files['EPUB/package.opf']!.matchAll(/itemref idref="(.*?)"/g)].map(([, id]) => id);
    expect(order).toEqual(['title', 'story-0001', 'colophon']);
  });

  it('show authors in colours that can be read on white and on black', () => {
    const colours = [...filesOf(epub(two))['EPUB/style.css']!.matchAll(/\.by-\d \{ color: (#\w{6})/g)];
    expect(colours).toHaveLength(8);
    for (const [, colour] of colours) {
      expect(contrast(colour!, '#ffffff')).toBeGreaterThanOrEqual(4.5);
      expect(contrast(colour!, '#000000')).toBeGreaterThanOrEqual(4.5);
    }
    expect(pagesOf(epub(two))[0]).toContain('<p><span class="by-1">從前</span>有一隻石猴。</p>');
  });
});

describe('a novel reader', () => {
  const folder = mkdtemp(join(tmpdir(), 'books-'));
  afterAll(async () => rm(await folder, { recursive: true }));

  it('finds the story in it, and nothing else', async () => {
    const file = join(await folder, 'a.epub');
    await writeFile(file, epub(two));
    const novel = await readNovel(file, { anyText: true });
    expect(novel.title).toBe('石猴');
    expect(novel.text.trim().split('\n')).toEqual(plain(two));
  });
});
