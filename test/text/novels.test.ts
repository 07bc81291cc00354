import iconv from 'iconv-lite';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Novel, readNovel } from '#text';
import { rawLines } from './draw-lines.ts';
import { makeFile } from './made-novel.ts';
import { NOVELS, needNovels } from './novels.ts';

const han = (text: string) => text.match(/\p{Script=Han}/gu) ?? [];
const count = (characters: readonly string[]) => {
  const counts = new Map<string, number>();
  for (const character of characters) counts.set(character, (counts.get(character) ?? 0) + 1);
  return counts;
};

describe.each([
  {
    file: '西遊記.txt',
    chapters: 100,
    first: '第一回　靈根育孕源流出　心性修持大道生',
    last: '第一○○回　徑回東土　五聖成真',
  },
  {
    file: '紅樓夢.txt',
    chapters: 120,
    first: '第一回　甄士隱夢幻識通靈　賈雨村風塵怀閨秀',
    last: '第一二零回　甄士隱詳說太虛情　賈雨村歸結紅樓夢',
  },
  {
    file: '三国演义.txt',
    chapters: 120,
    first: '第一回　宴桃园豪杰三结义　斩黄巾英雄首立功',
    last: '第一百二十回　荐杜预老将献新谋　降孙皓三分归一统',
  },
])('$file', ({ file, chapters, first, last }) => {
  let novel: Novel;
  let lines: string[];
  beforeAll(async () => {
    novel = await readNovel(`${NOVELS}/${file}`).catch(() => ({ text: '' }) as Novel);
    lines = novel.text.split('\n');
  });

  it(`has exactly ${chapters} chapters`, (context) => {
    needNovels(context);
    expect(novel.chapters).toHaveLength(chapters);
    expect(novel.chapters[0]!.title).toBe(first);
    expect(novel.chapters.at(-1)!.title).toBe(last);
  });

  it('has chapters that follow each other, each begun by its title', (context) => {
    needNovels(context);
    for (const [i, { title, start, end }] of novel.chapters.entries()) {
      expect(novel.text.slice(start, start + title.length + 1)).toBe(`${title}\n`);
      expect(end).toBe(novel.chapters[i + 1]?.start ?? novel.text.length);
      expect(end - start).toBeGreaterThan(1000);
    }
  });

  it('is left without blanks, indents, rulers, advertisements and what else is not story', (context) => {
    needNovels(context);
    expect(lines.filter((line) => line.trim() !== line || line === '')).toEqual([]);
    expect(novel.text).not.toMatch(
      /更新时间|24小时内删除|章节内容|Gutenberg|-----|[．﹔\ufffd\ue000-\uf8ff\t]|<script/,
    );
  });

  it('has no line that ends within a word or begins with a mark that cannot begin one', (context) => {
    needNovels(context);
    expect(lines.filter((line) => /^[，。、；：？！”’」』》）]/u.test(line))).toEqual([]);
    // Names of poems, recipes and sutras end without a mark; running text does in one line of a hundred at most.
    const midway = lines.filter((line) => /[，。；：？！].*\p{Script=Han}$/u.test(line));
    expect(midway.length).toBeLessThan(lines.length / 100);
  });

  it('loses no Han character of a line that is kept', (context) => {
    needNovels(context);
    const left = count(han(rawLines(NOVELS, file).join('')));
    for (const character of han(novel.text)) left.set(character, left.get(character)! - 1);
    const { removed } = novel.report;
    const gone = Object.values(removed).reduce((sum, { characters }) => sum + characters, 0);
    const lost = [...left.values()].reduce((sum, n) => sum + n, 0);
    expect([...left.values()].filter((n) => n < 0)).toEqual([]);
    expect(lost).toBeLessThanOrEqual(gone);
    if (file !== '三国演义.txt') expect(lost).toBe(file === '紅樓夢.txt' ? 21 : 0); // the doubled title
  });

  it('is the same when it is cleaned again', async (context) => {
    needNovels(context);
    const again = await readNovel(makeFile('again.txt', novel.text));
    expect(again.text).toBe(novel.text);
    expect(again.chapters).toEqual(novel.chapters);
  });

  it.for(['gb18030', 'utf-16le', 'utf-16be'])(
    'is the same when the file is in %s',
    async (encoding, context) => {
      needNovels(context);
      const bytes = iconv.encode(rawLines(NOVELS, file).join('\n'), encoding);
      const again = await readNovel(makeFile('again.txt', bytes));
      expect(again.encoding.name).toBe(encoding);
      expect(again.text === novel.text).toBe(true);
    },
  );

  it('changes its script and its quotation marks together', async (context) => {
    needNovels(context);
    const simplified = await readNovel(`${NOVELS}/${file}`, { convert: 'simplified' });
    expect(simplified.text.match(/[「」『』說這個們]|什幺/g)).toBeNull();
    if (file === '三国演义.txt') expect(simplified.text === novel.text).toBe(true);
    expect(simplified.chapters).toHaveLength(chapters);
    expect(simplified.text.split('\n')).toHaveLength(lines.length);
    for (const { title, start } of simplified.chapters) {
      expect(simplified.text.slice(start, start + title.length)).toBe(title);
    }
  });
});
