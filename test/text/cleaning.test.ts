import { describe, expect, it } from 'vitest';
import { type Conversion, readNovel } from '#text';
import { findJunk } from '../../src/text/junk.ts';
import { prepareLine } from '../../src/text/prepare-line.ts';
import { clean, makeFile, SENTENCES, TRADITIONAL_SENTENCES, wrap } from './made-novel.ts';

const story = SENTENCES.join('\n');
/** What becomes of one line between lines of story. */
const line = async (text: string) =>
  (await clean(`${story}\n${text}\n${story}`)).text.split('\n').slice(12, -12);

describe('lines that are not story', () => {
  it.each([
    ['advertisement', '作品仅供读者预览,请在下载24小时内删除，不得用作商业用途；请您购买正版图书!'],
    ['advertisement', '本書由書友小明整理上傳'],
    ['advertisement', '手机用户请到m.qidian.com阅读。'],
    ['advertisement', '天才一秒记住本站地址：某某小说网'],
    ['advertisement', '（本章未完，请翻页）'],
    ['advertisement', '（本章完）'],
    ['advertisement', '最新章节请到某某网阅读'],
    ['advertisement', 'PS：求月票！求推荐票！'],
    ['advertisement', '上一章 | 返回目录 | 下一章'],
    ['advertisement', '书友群：123456789'],
    ['url', 'http://www.example.com/book/12345.html'],
    ['url', '某某小说网 www.example.net'],
    ['url', 'ｗｗｗ．ｅｘａｍｐｌｅ．ｃｏｍ'.normalize('NFKC')],
    ['update-line', '更新时间:2007-11-16 7:55:51 本章字数:4804'],
    ['update-line', '更新時間：2010/3/4 字數：3021'],
    ['ruler', '----------------'],
    ['ruler', '＝＝＝＝＝＝＝＝'],
    ['ruler', '* * *'],
    ['ruler', '────────'],
    ['ruler', ' ------章节内容开始-------'],
    ['gutenberg', "End of the Project Gutenberg EBook of Journey to the West, by Cheng'en Wu"],
  ])('go as %s: %s', async (reason, text) => {
    expect(await line(text)).toEqual([]);
    const { report } = await clean(`${story}\n${text}\n${story}`);
    expect(report.removed[reason as 'url']?.examples[0]).toEqual({ line: 13, text: text.trim() });
  });

  it.each([
    '他在网吧里求了半天，也没有人肯把票让给他。',
    '“我求你支持我这一回！”她哭道。',
    '将军说，更新时间还没有到，谁也不许走。',
    '“……”',
    '……',
    '——调寄《临江仙》',
    '他把收藏的书一本一本摆出来，说都是正版。',
    '手机响了，用户忙。',
    '第二天，网站就倒闭了。',
    '他说了一句OK。然后就走了。',
    '仅供他一人使用的房间，谁也没有进去过。',
    '投票的结果，是他输了。',
    '□□□□',
  ])('are not these: %s', async (text) => {
    expect(await line(text)).toEqual([text]);
  });

  it('go when a site writes the same line again and again, but not a refrain of the story', async () => {
    const page = (i: number) => `${SENTENCES[i]}\n收藏本站，天天都有好看的书\n他笑了一笑，没有说话。\n`;
    const { text } = await clean(Array.from({ length: 8 }, (_, i) => page(i)).join(''));
    expect(text).not.toContain('收藏本站');
    expect(text.match(/他笑了一笑，没有说话。/g)).toHaveLength(8);
  });

  it("go before and after Project Gutenberg's marks", async () => {
    const { text } = await clean(
      `Title: A Novel\nLanguage: Chinese\n*** START OF THE PROJECT GUTENBERG EBOOK 12 ***\n${story}\n*** END OF THE PROJECT GUTENBERG EBOOK 12 ***\nSection 1. General Terms\n`,
    );
    expect(text).toBe(story);
  });

  it('an address inside a line of story goes alone', async () => {
    const long = `${SENTENCES.slice(0, 4).join('')}（www.example.com首发）${SENTENCES[4]}`;
    expect(await line(long)).toEqual([long.replace('www.example.com', '')]);
  });

  it('are counted, and the first three of a reason are shown', async () => {
    const { report } = await clean(`${story}\n${'求月票！\n'.repeat(5)}${story}`);
    expect(report.removed.advertisement).toEqual({
      count: 5,
      characters: 20,
      examples: [13, 14, 15].map((at) => ({ line: at, text: '求月票！' })),
    });
  });

  it('judges a long line to be story', () => {
    expect(findJunk(`${'他说了很多话，'.repeat(30)}请在下载24小时内删除`, 0, false)).toBeUndefined();
  });
});

describe('what is left out of lines', () => {
  it('indents, blank lines, blanks inside, control and zero-width characters, tags', async () => {
    const { text, report } = await clean(
      `${story}\n\n\n　　他 来\u200b了， 又\u0007走<br/>了&nbsp;。\n\t\t第 二天，他买了 two apples 回来。\n`,
    );
    expect(text.split('\n').slice(12)).toEqual(['他来了，又走了。', '第二天，他买了two apples回来。']);
    expect(report.removed).toMatchObject({
      blank: { count: 3 },
      indent: { count: 2 },
      'control-character': { count: 1, characters: 2 },
      markup: { count: 1, characters: 5 },
    });
  });

  it.each([
    ['&nbsp;', ' '],
    ['&lt;', '<'],
    ['&gt;', '>'],
    ['&quot;', '"'],
    ['&amp;', '&'],
    ['&ldquo;', '“'],
    ['&rdquo;', '”'],
    ['&hellip;', '…'],
    ['&mdash;', '—'],
    ['&middot;', '·'],
    ['&copy;', '&copy;'],
  ])('%s is %s', (entity, character) => {
    expect(prepareLine(`他${entity}她`).text).toBe(`他${character}她`);
  });

  it('a sentence of garbage goes; a single lost character becomes □', async () => {
    expect(await line('他看见了\ue000一座城。即令\ue001烤隽胶\ue002又鼙。他走了进去。')).toEqual([
      '他看见了□一座城。他走了进去。',
    ]);
  });
});

describe('lines that were wrapped', () => {
  const paragraphs = [0, 1, 2, 3].map(
    (i) => `${SENTENCES.slice(i * 3, i * 3 + 3).join('')}${SENTENCES.slice(3, 9).join('')}`,
  );

  it.each([30, 37, 45])(
    'at %i characters are joined again where blank lines part paragraphs',
    async (width) => {
      const { text } = await clean(paragraphs.map((paragraph) => wrap(paragraph, width)).join('\n\n'));
      expect(text.split('\n')).toEqual(paragraphs);
    },
  );

  it('and where indents do', async () => {
    const { text } = await clean(paragraphs.map((paragraph) => wrap(`　　${paragraph}`, 35)).join('\n'));
    expect(text.split('\n')).toEqual(paragraphs);
  });

  it('and where most paragraphs are too short to be wrapped', async () => {
    const talk = Array.from({ length: 60 }, (_, i) =>
      i % 8 === 3 ? `${paragraphs[i % 4]!.slice(0, 60)}。` : SENTENCES[i % 6]!,
    );
    const { text } = await clean(talk.map((p) => wrap(p, 36)).join('\n\n'));
    expect(text.split('\n')).toEqual(talk);
  });

  it('and where every line is followed by a blank one', async () => {
    const { text } = await clean(
      Array(8)
        .fill(paragraphs)
        .flat()
        .map((p) => wrap(p, 35))
        .join('\n\n')
        .replace(/\n(?!\n)/g, '\n\n')
        .replace(/\n{3,4}/g, '\n\n\n'),
    );
    expect(text.split('\n')).toEqual(Array(8).fill(paragraphs).flat());
  });

  it('take back a mark that the wrap left alone', async () => {
    const { text } = await clean(`${story}\n他点了点头\n。\n她说：“走吧\n！”\n`);
    expect(text.split('\n').slice(12)).toEqual(['他点了点头。', '她说：“走吧！”']);
  });

  it('leave verse, titles and short paragraphs lines of their own', async () => {
    const verse = ['白发渔樵江上老，青山红叶梦中秋。', '一壶浊酒今宵尽，万里长风何处收。'];
    const content = `${paragraphs.map((p) => wrap(p, 35)).join('\n\n')}\n有诗为证：\n　　　　${verse.join('\n　　　　')}\n\n${wrap(paragraphs[0]!, 35)}`;
    expect((await clean(content)).text.split('\n')).toEqual([
      ...paragraphs,
      '有诗为证：',
      ...verse,
      paragraphs[0],
    ]);
  });

  it('are none in a text that was not wrapped, however its paragraphs end', async () => {
    const lines = [...SENTENCES, '他停了一下，', '没有说话', '“是你”', '——', '林中的路'];
    const many = Array.from({ length: 10 }, () => lines).flat();
    expect((await clean(many.join('\n'))).text.split('\n')).toEqual(many);
  });
});

describe('marks', () => {
  it.each([
    ['他来了．又走了．', '他来了。又走了。'],
    ['天明﹔人去﹗', '天明；人去！'],
    ['他来了,又走了.', '他来了，又走了。'],
    ['你来吗?来!', '你来吗？来！'],
    ['他说:走;不走', '他说：走；不走'],
    ['他说：：走吧', '他说：走吧'],
    ['来了，，走了。。', '来了，走了。'],
    ['他说。。。走', '他说……走'],
    ['他说...走吧', '他说……走吧'],
    ['……他不语——走了', '……他不语——走了'],
    ['他不语……………走了', '他不语……走了'],
    ['他回头看时-', '他回头看时——'],
    ['要知端的____', '要知端的——'],
    ['识货──识货', '识货——识货'],
    ['3.14和10:30以及1,000', '3.14和10:30以及1,000'],
    ['e.g. OK, fine.', 'e.g. OK, fine.'],
    ['《西游记> >与< <八义》', '《西游记》与《八义》'],
  ])('%s → %s', async (from, to) => {
    expect(await line(from)).toEqual([to]);
  });

  it.each([
    ['"走吧"他说"好"', '“走吧”他说“好”'],
    ['“你道好否？"石头听了', '“你道好否？”石头听了'],
    ['“个个都说"门"字韵。”', '“个个都说‘门’字韵。”'],
    ["`美中不足'四字", '‘美中不足’四字'],
    ["it's fine", "it's fine"],
    ['“走！“他喊道：“快！”', '“走！”他喊道：“快！”'],
    ['他说：”走吧。”', '他说：“走吧。”'],
    ['「走吧」她说『好』', '「走吧」她说『好』'],
    ['去了？"他道：“没有。”', '去了？”他道：“没有。”'],
  ])('quotes: %s → %s', async (from, to) => {
    expect(await line(from)).toEqual([to]);
  });

  it('a ? among many ？ is a character that was lost', async () => {
    const asking = Array(30).fill('你来吗？').join('\n');
    expect((await clean(`${asking}\n他拋彈子，?麼兒。`)).text).toContain('他拋彈子，□麼兒。');
  });
});

describe('conversion', () => {
  const read = async (content: string, convert: Conversion) =>
    (await readNovel(makeFile('novel.txt', content), { convert })).text;
  const traditional = TRADITIONAL_SENTENCES.join('\n');

  it('turns words and quotation marks', async () => {
    expect(await read(traditional, 'simplified')).toBe(SENTENCES.join('\n'));
    expect(await read(story, 'traditional')).toMatch(/「你真的要走嗎？」她問/);
  });

  it.each([
    ['simplified', `${traditional}\n他說：「我說『走吧！』」`, '他说：“我说‘走吧！’”'],
    ['traditional', `${story}\n他说：“我说‘走吧！’”`, '他說：「我說『走吧！』」'],
  ] as const)('into %s turns quotations within quotations', async (to, content, last) => {
    expect((await read(content, to)).split('\n').at(-1)).toBe(last);
  });

  it('leaves the words of a book alone that is in the wanted script, and turns its marks', async () => {
    const name = '他叫孙乾，是将军的朋友，他说：「头发在后面。」';
    expect(await read(`${story}\n${name}`, 'simplified')).toContain(
      '他叫孙乾，是将军的朋友，他说：“头发在后面。”',
    );
  });

  it('keeps 么 that leaked into a Traditional book', async () => {
    expect(await read(`${traditional}\n他說：「家里還有什么事么？」`, 'simplified')).toContain(
      '家里还有什么事么？',
    );
  });
});
