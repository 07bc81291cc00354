import { describe, expect, it } from 'vitest';
import { parseNumeral } from '../../src/text/numerals.ts';
import { clean, SENTENCES } from './made-novel.ts';

const story = SENTENCES.slice(0, 4).join('\n');
const chapter = (title: string) => `${title}\n\n${story}\n\n`;
const book = (...titles: string[]) => titles.map(chapter).join('');

describe('numbers of chapters', () => {
  it.each([
    ['12', 12],
    ['１２', 12],
    ['十', 10],
    ['十二', 12],
    ['二十', 20],
    ['一百零八', 108],
    ['一百一', 101],
    ['一百十', 110],
    ['一百二十', 120],
    ['一○八', 108],
    ['一〇〇', 100],
    ['一一零', 110],
    ['廿三', 23],
    ['壹佰贰拾叁', 123],
    ['兩千零一', 2001],
    ['一万二千', 12000],
  ])('%s is %i', (numeral, value) => {
    expect(parseNumeral(numeral)).toBe(value);
  });

  it.each(['', '回', '一回', '三x'])('%j is none', (numeral) => {
    expect(parseNumeral(numeral)).toBeUndefined();
  });
});

describe('chapters', () => {
  it.each([
    ['Arabic numerals', '第1章 桥头', '第2章 钟声', '第3章 将军'],
    ['full-width numerals', '第１章　桥头', '第２章　钟声', '第３章　将军'],
    ['Chinese numerals', '第九回　桥头 河面', '第十回　钟声 雾里', '第十一回　将军 卖茶'],
    ['financial numerals', '第壹节 桥头', '第贰节 钟声', '第叁节 将军'],
    ['titles without a space', '第一章桥头', '第二章钟声', '第三章将军'],
    ['parts', '第一部 桥头', '第二部 钟声', '第三部 将军'],
    ['volumes', '卷一 桥头', '卷二 钟声', '卷三 将军'],
    ['titles that ask', '第一章 谁在那里？', '第二章 走吧！', '第三章 你可认得我？'],
  ])('are found by %s', async (_, ...titles) => {
    const { titles: found } = await clean(book(...titles));
    expect(found).toEqual(titles.map((title) => title.replace(/[ 　]+/g, '　')));
  });

  it('begin and end where their titles stand', async () => {
    const { text, titles } = await clean(`楔子\n\n${story}\n\n${book('第一章 桥头', '第二章 钟声')}`);
    expect(titles).toEqual(['楔子', '第一章　桥头', '第二章　钟声']);
    expect(text.split('\n').filter((line) => titles.includes(line))).toEqual(titles);
  });

  it("keep every word of their titles, and lose the site's label before them", async () => {
    const { text, report } = await clean(
      book('    正文 第一回 宴桃园　　三结义', '    正文 第二回 怒鞭 督邮'),
    );
    expect(text).toContain('第一回　宴桃园　三结义\n');
    expect(report.removed['title-label']?.count).toBe(2);
  });

  it('are not lines of story that look like titles', async () => {
    const lookAlikes = [
      '第四回中既把石狮子的事说了，这里便不再提。',
      '第二回了。你怎么还尝不出来？',
      '第三部分的人都散了，只剩下他。',
      '第一章他就看过。',
      '第二次，他没有答应。',
    ];
    const content = book('第一章 桥头', '第二章 钟声', '第三章 将军', '第四章 卖茶').replaceAll(
      story,
      `${story}\n${lookAlikes.join('\n')}`,
    );
    const { titles, text } = await clean(content);
    expect(titles).toEqual(['第一章　桥头', '第二章　钟声', '第三章　将军', '第四章　卖茶']);
    for (const line of lookAlikes) expect(text).toContain(line);
  });

  it('are not made up where a number is missing, by a sentence that stands alone and begins with it', async () => {
    const sentences = ['第三章他就看过。', '第三章里他没有再出手', '第三章的人都散了'];
    for (const sentence of sentences) {
      const content = book('第一章 桥头', '第二章 钟声', '第四章 卖茶', '第五章 石狮').replace(
        '第四章',
        `${sentence}\n\n第四章`,
      );
      expect((await clean(content)).titles, sentence).toHaveLength(4);
    }
  });

  it('have each number once: a line that names a chapter again is none', async () => {
    const content = book('第一章 桥头', '第二章 钟声', '第三章 将军').replace(
      '第三章',
      '第二章 里头写的那件事\n第三章',
    );
    expect((await clean(content)).titles).toEqual(['第一章　桥头', '第二章　钟声', '第三章　将军']);
  });

  it('count a doubled title once, and a table of contents not at all', async () => {
    const titles = ['第一章 桥头', '第二章 钟声', '第三章 将军'];
    const contents = `目录\n${titles.join('\n')}\n\n`;
    const doubled = book(...titles).replace('第二章 钟声', '第二章 钟声\n------\n第二章 钟声');
    const { titles: found, report } = await clean(contents + doubled);
    expect(found).toEqual(['第一章　桥头', '第二章　钟声', '第三章　将军']);
    expect(report.removed['repeated-title']?.count).toBe(4);
  });

  it('may begin anew in each volume, whose title is a line of its own', async () => {
    const { titles, text } = await clean(
      `第一卷 河\n\n${book('第一章 桥头', '第二章 钟声')}第二卷 山\n\n${book('第一章 将军', '第二章 卖茶')}`,
    );
    expect(titles).toEqual(['第一章　桥头', '第二章　钟声', '第一章　将军', '第二章　卖茶']);
    expect(text).toContain('第二卷　山\n第一章　将军');
  });

  it('take the title of a bare number from the next line', async () => {
    const content = `第一回\n-----\n\n　　　　　　石狮夜睁双眼　河水晓过桥洞\n\n${story}\n\n${chapter('第二回　甲')}`;
    expect((await clean(content)).titles[0]).toBe('第一回　石狮夜睁双眼　河水晓过桥洞');
  });

  it('give back story that stands on the line of a title', async () => {
    const content = `第一回　石狮夜睁双眼　河水晓过桥洞 话说老船夫刚\n-----\n\n把灯挂上，\n${story}\n\n${chapter('第二回　将军失其剑马　茶翁赐以热汤')}`;
    const { text, titles } = await clean(content);
    expect(titles[0]).toBe('第一回　石狮夜睁双眼　河水晓过桥洞');
    expect(text).toContain('\n话说老船夫刚把灯挂上，');
  });

  it('are none in a text without titles', async () => {
    expect((await clean(SENTENCES.join('\n'))).titles).toEqual([]);
  });
});
