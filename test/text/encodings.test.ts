import iconv from 'iconv-lite';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { readNovel } from '#text';
import { guessEncoding } from '../../src/text/guess-encoding.ts';
import { LineSplitter } from '../../src/text/lines.ts';
import { makeFile, SENTENCES, TRADITIONAL_SENTENCES } from './made-novel.ts';

const simplified = SENTENCES.join('\n');
const traditional = TRADITIONAL_SENTENCES.join('\n');

describe('the encoding of a text file', () => {
  it.each([
    { name: 'utf-8', as: 'utf8', text: simplified, evidence: 'valid-utf-8' },
    { name: 'utf-8', as: 'utf8', text: simplified, evidence: 'bom', addBOM: true },
    { name: 'utf-16le', as: 'utf-16le', text: simplified, evidence: 'bom', addBOM: true },
    { name: 'utf-16be', as: 'utf-16be', text: traditional, evidence: 'bom', addBOM: true },
    { name: 'utf-16le', as: 'utf-16le', text: traditional, evidence: 'byte-pattern' },
    { name: 'utf-16be', as: 'utf-16be', text: simplified, evidence: 'byte-pattern' },
    { name: 'gb18030', as: 'gb18030', text: simplified, evidence: 'frequent-characters' },
    { name: 'gb18030', as: 'gbk', text: traditional, evidence: 'frequent-characters' },
    { name: 'big5', as: 'big5', text: traditional, evidence: 'frequent-characters' },
  ])(
    '$as is found ($evidence) and read without loss',
    async ({ name, as, text, evidence, addBOM = false }) => {
      const path = makeFile('novel.txt', iconv.encode(text, as, { addBOM }));
      const novel = await readNovel(path);
      expect(novel.encoding).toEqual({ name, evidence });
      expect(novel.text).toBe(text);
      expect(novel.preview).toEqual(text.split('\n').slice(0, 3));
    },
  );

  // Nearly every character of it is a syllable in EUC-KR.
  const battle = [
    '孙坚拔刀劈倒贼将，丁奉护驾冲出北门。',
    '关平率步卒埋伏河岸，暗放火箭，烧断浮桥。',
    '帝召近臣陈奉入殿，封为都督，赐袍带弓矢。',
    '贼闻警大惊，弃甲抛戈，奔逃不及，皆陷泥沼。',
    '陈奉背负残弓，独骑奔回广陵，报丁将军阵败。',
    '兵败粮尽，丁奉闭城固守，遣陈登赴陈留借粮。',
  ];
  const korean = [
    '산 아래 작은 마을에 나무를 깎는 노인이 살았습니다.',
    '노인은 아침마다 강가에 나가 배를 기다렸지만, 배는 오지 않았습니다.',
    '“올해도 눈이 많이 오겠구나.” 하고 노인은 말했습니다.',
  ];
  const japanese = [
    '山の下の小さな村に、木を彫る老人が住んでいました。',
    '老人は毎朝川へ行って舟を待ちましたが、舟は来ませんでした。',
    '「今年も雪がたくさん降るだろう」と老人は言いました。',
    'おばあさんはまいあさかわへいって、ふねをまちました。',
  ];
  it.each([
    ['gb18030', battle],
    ['euc-kr', korean],
    ['euc-jp', japanese],
    ['shift_jis', japanese],
  ])('is told from its neighbours in a single line: %s', async (name, lines) => {
    for (const line of lines)
      expect((await guessEncoding(makeFile('line.txt', iconv.encode(line, name)))).name).toBe(name);
  });

  it('is not mistaken from the first 64 KB alone: a UTF-8 file whose beginning is English', async () => {
    const path = makeFile('novel.txt', `${'A line of English.\n'.repeat(5000)}${simplified}`);
    expect((await readNovel(path)).encoding).toEqual({ name: 'utf-8', evidence: 'valid-utf-8' });
  });

  it('may be given, and then counts', async () => {
    const path = makeFile('novel.txt', iconv.encode(simplified, 'gbk'));
    const novel = await readNovel(path, { encoding: 'GBK' });
    expect(novel.encoding).toEqual({ name: 'gb18030', evidence: 'option' });
    expect(novel.text).toBe(simplified);
  });

  it.each(['\n', '\r\n', '\r'])('does not matter for line ends %j, cut anywhere', async (end) => {
    const many = Array.from({ length: 3000 }, (_, i) => SENTENCES[i % SENTENCES.length]!);
    const novel = await readNovel(makeFile('novel.txt', many.join(end)));
    expect(novel.text.split('\n')).toEqual(many);
  });
});

it('a book without line ends is cut after sentences, and nothing of it is lost', async () => {
  const content = SENTENCES.join('').repeat(800);
  const { text } = await readNovel(makeFile('novel.txt', content));
  const lines = text.split('\n');
  expect(lines.join('')).toBe(content);
  expect(lines.length).toBeGreaterThan(2);
  expect(lines.every((line) => line.length < 1 << 17 && /[。？！][”’]*$/u.test(line))).toBe(true);
});

it('a book without sentences is not searched for their ends over and over', () => {
  const search = vi.spyOn(String.prototype, 'matchAll');
  onTestFinished(() => search.mockRestore());
  const piece = '字'.repeat(1 << 14);
  const splitter = new LineSplitter();
  const lines = Array.from({ length: 128 }, () => [...splitter.push(piece)]).flat();
  lines.push(...splitter.finish());
  expect(lines.join('') === piece.repeat(128)).toBe(true);
  const searched = search.mock.contexts.reduce<number>((sum, text) => sum + String(text).length, 0);
  expect(searched).toBeLessThan(4 * 128 * piece.length);
});

it('a book is cut after sentences also where they begin late, however it comes', () => {
  const late = '字'.repeat(300_000) + SENTENCES.join('').repeat(1500);
  const cut = (size: number) => {
    const splitter = new LineSplitter();
    const lines: string[] = [];
    for (let at = 0; at < late.length; at += size) lines.push(...splitter.push(late.slice(at, at + size)));
    return [...lines, ...splitter.finish()];
  };
  const [first, ...lines] = cut(1 << 16);
  expect([first, ...lines].join('') === late).toBe(true);
  expect(lines.length).toBeGreaterThan(5);
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(1 << 16);
  const lengths = (all: readonly string[]) => all.map((line) => line.length);
  expect(lengths(cut(5000).slice(1))).toEqual(lengths(lines));
});

it('a line end that is cut in two by a piece of the stream is one line end', () => {
  const splitter = new LineSplitter();
  const pieces = ['一\r', '\n二\r', '三', '\r\n\r', '\n四'];
  const lines = [...pieces.flatMap((piece) => [...splitter.push(piece)]), ...splitter.finish()];
  expect(lines).toEqual(['一', '二', '三', '', '四']);
});
