import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import iconv from 'iconv-lite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeVerbatim } from '#generation';
import { writeCheckpoint } from '#lstm';
import { Random } from '#random';
import { VerbatimFilter } from '#text';
import { madeModel } from '../fakes/made-model.ts';
import { type Outcome, startDoor } from '../fixtures/door.ts';
import { novelText } from '../fixtures/tiny-run.ts';

let folder = '';
const file = (name: string, content?: string | Buffer): string => {
  const at = path.join(folder, name);
  if (content !== undefined) writeFileSync(at, content);
  return at;
};

const known = '孙悟空听了，大笑道：“去也！”\n';
const taught = madeModel(known);
/** Of no script, so that texts stay as they are. */
const made = { ...taught, about: { ...taught.about, script: 'other' } } as const;

const LINE = 20;

/** Lines of 20 in which nothing repeats: of characters of `from` and the 2,000 behind it. */
function strangeText(characters: number, from: number): string {
  const random = Random.seeded(from);
  const line = () =>
    Array.from({ length: LINE - 2 }, () => String.fromCodePoint(from + random.below(2000))).join('');
  return Array.from({ length: characters / LINE }, () => `${line()}。\n`).join('');
}

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'xuxie-evaluate-'));
  writeCheckpoint(file('model.safetensors'), made);
});
afterAll(() => rmSync(folder, { recursive: true }));

const evaluateDoor = (argv: readonly string[], locale = 'en'): Promise<Outcome> =>
  startDoor('scripts/evaluate.ts', argv, { XUXIE_MODEL: folder, XUXIE_LOCALE: locale }).ended;

async function scoresOf(argv: readonly string[]) {
  const { code, out, err } = await evaluateDoor([...argv, '--json']);
  expect({ code, lines: out.split('\n').length }, err).toEqual({ code: 0, lines: 2 });
  const scores = JSON.parse(out);
  expect(Object.keys(scores)).toEqual([
    'bitsPerCharacter',
    'perplexity',
    'unknownShare',
    'longestVerbatim',
    'baselines',
  ]);
  return { ...scores, err };
}

/** What an untrained model makes of a text: about log2 V bits a token, and a strange character is three. */
const expectedBits = (unknownShare: number): number =>
  (1 + 2 * unknownShare) * Math.log2(made.config.vocabulary);

describe('evaluate', () => {
  it('scores a text alone, a strange character by its bytes', async () => {
    const lines = Array.from({ length: 60 }, (_, i) => {
      const strange = Array.from({ length: 7 }, (_, k) => String.fromCodePoint(0x5200 + i * 7 + k));
      return `孙悟空听了${strange.join('')}。\n`;
    });
    const text = file('alone.txt', lines.join(''));
    const scores = await scoresOf(['--text', text]);
    expect(scores).toMatchObject({ longestVerbatim: null, baselines: null });
    expect(scores.unknownShare).toBeCloseTo(8 / 14, 2);
    expect(scores.bitsPerCharacter / expectedBits(8 / 14)).toBeGreaterThan(0.8);
    expect(scores.bitsPerCharacter / expectedBits(8 / 14)).toBeLessThan(1.25);
    expect(scores.perplexity).toBeCloseTo(2 ** scores.bitsPerCharacter, 6);
    expect(scores.err).toMatch(/^Careful: 57 % of the characters are not in the model's vocabulary\./);

    const words = await evaluateDoor(['--text', text]);
    expect(words.out).toContain(scores.bitsPerCharacter.toFixed(3));
    expect(words.out).not.toMatch(/brotli|Longest run/);
  });

  it('compares the chapters held out with what was learnt from the others', async () => {
    const { err, ...scores } = await scoresOf(['--text', file('held.txt', novelText), '--held-out']);
    const { kneserNey, zstd, brotli } = scores.baselines;
    // 8 clauses at random: ¾ of a bit a character, if one knows them.
    for (const { bitsPerCharacter, perplexity } of [kneserNey, zstd, brotli]) {
      expect(bitsPerCharacter).toBeGreaterThan(0.6);
      expect(bitsPerCharacter).toBeLessThan(1.4);
      expect(perplexity).toBeCloseTo(2 ** bitsPerCharacter, 9);
    }
    expect(scores.longestVerbatim).toBeGreaterThan(8);
    expect(scores.longestVerbatim).toBeLessThan(100);
  });

  it('counts no run from one chapter held out into the next', async () => {
    // Three sections of 150 lines each, the second held out.
    const [a, b] = [0x4e00, 0x6000].map((from) => strangeText(450 * LINE, from).split('\n'));
    b!.splice(10, 2, a![299]!, b![150]!);
    const files = [file('a.txt', a!.join('\n')), file('b.txt', b!.join('\n'))];
    const { longestVerbatim } = await scoresOf(['--text', files.join(), '--held-out']);
    // One line, and the full stop of the line before.
    expect(longestVerbatim).toBe(LINE);
  });

  it('warns where the text stands in the novel, and shows what that does to the others', async () => {
    const novel = strangeText(20_000, 0x4e00);
    const [text, whole] = [file('part.txt', novel.slice(8_000, 10_000)), file('whole.txt', novel)];
    const scores = await scoresOf(['--text', text, '--against', whole]);
    expect(scores.err).toMatch(/100 % of the text stands word for word in the novel/);
    expect(scores.longestVerbatim).toBe(2_000 * (1 - 1 / LINE));
    expect(scores.baselines.zstd.bitsPerCharacter).toBeLessThan(0.2);
    expect(scores.baselines.brotli.bitsPerCharacter).toBeLessThan(0.2);
    expect(scores.bitsPerCharacter).toBeGreaterThan(10);

    const other = await scoresOf([
      '--text',
      text,
      '--against',
      file('other.txt', strangeText(20_000, 0x6000)),
    ]);
    expect(other.err).not.toContain('word for word');
    expect(other.longestVerbatim).toBeLessThan(5);
    expect(other.baselines.zstd.bitsPerCharacter).toBeGreaterThan(10);
    expect(other.baselines.kneserNey.bitsPerCharacter).toBeGreaterThan(
      scores.baselines.kneserNey.bitsPerCharacter + 3,
    );
  });

  it('prints a table with the longest run, in every language, 30 characters of it at most', async () => {
    const novel = strangeText(4_000, 0x4e00);
    const text = novel.slice(2_000, 2_200);
    const flags = ['--text', file('table.txt', text), '--against', file('novel.txt', novel)];
    const words = { en: 'bits per character', 'zh-Hans': '每字比特', 'zh-Hant': '每字位元' };
    for (const [locale, bits] of Object.entries(words)) {
      const { code, out, err } = await evaluateDoor(flags, locale);
      expect(code).toBe(0);
      expect(out.split('\n')[0]).toContain(bits);
      expect(out.match(/^(.* )?(zstd|brotli|5-gram).* \d+\.\d{3} +\d+\.\d$/gm)).toHaveLength(3);
      expect(out).toContain(text.replaceAll('\n', '').slice(0, 29).concat('…'));
      expect(out).not.toContain(text.replaceAll('\n', '').slice(0, 30));
      expect(err).toContain('100');
    }
  });

  it('reads any text: one line, strange characters only, another encoding, several files', async () => {
    const line = await scoresOf(['--text', file('line.txt', '孙悟空听了。')]);
    expect(line.unknownShare).toBeCloseTo(1 / 7, 9);
    const emoji = await scoresOf(['--text', file('emoji.txt', '🐒🐒🐒')]);
    expect(emoji.unknownShare).toBeCloseTo(3 / 4, 9);
    expect(emoji.err).toMatch(/75 % of the characters/);
    const words = await evaluateDoor(['--text', file('emoji.txt')]);
    expect(words.out).toContain(emoji.perplexity.toExponential(1));

    const text = strangeText(1_000, 0x4e00).replaceAll('。', '了。');
    const [utf8, gbk] = [file('utf8.txt', text), file('gbk.txt', iconv.encode(text, 'gb18030'))];
    const scores = await scoresOf(['--text', utf8]);
    expect(await scoresOf(['--text', gbk])).toEqual(scores);
    expect(await scoresOf(['--text', `${utf8},${gbk}`])).toEqual(scores);
  });

  it('warns that the model has learnt a text, by its title or by a score that is too good', async () => {
    const text = strangeText(1_000, 0x4e00);
    const byTitle = await scoresOf(['--text', file('试写.txt', text)]);
    expect(byTitle.err).toMatch(/has learnt from 试写.*--held-out/);
    const heldOutBits = byTitle.bitsPerCharacter + 0.5;
    writeCheckpoint(file('judged.safetensors'), { ...made, about: { ...made.about, heldOutBits } });
    const judged = ['--model', file('judged.safetensors'), '--text', file('吴承恩.txt', text)];
    expect((await scoresOf(judged)).err).toContain('has probably learnt from this text');
    const near = byTitle.bitsPerCharacter + 0.3;
    writeCheckpoint(file('judged.safetensors'), { ...made, about: { ...made.about, heldOutBits: near } });
    expect((await scoresOf(judged)).err).not.toContain('learnt from this');
  });

  it('warns that the model has learnt a text which the filter beside it knows', async () => {
    const novel = strangeText(4_000, 0x4e00);
    mkdirSync(file('filtered'));
    writeCheckpoint(file('filtered/model.safetensors'), made);
    writeVerbatim(file('filtered'), VerbatimFilter.fromText([novel], 20));
    const filtered = (text: string) =>
      scoresOf(['--model', file('filtered'), '--text', file('some.txt', text)]);
    expect((await filtered(novel.slice(1_000, 2_000))).err).toMatch(/100 % of the text stands word for word/);
    expect((await filtered(strangeText(1_000, 0x6000))).err).not.toContain('word for word');
  });

  it('reads with the weights that it writes with', async () => {
    // A vocabulary of more blocks than writing looks at.
    const large = madeModel(known + strangeText(4_000, 0x4e00));
    writeCheckpoint(file('large.safetensors'), { ...large, about: made.about });
    const text = file('serving.txt', known.repeat(9) + strangeText(400, 0x4e00));
    const flags = ['--model', file('large.safetensors'), '--text', text];
    const [learnt, serving] = [await scoresOf(flags), await scoresOf([...flags, '--serving'])];
    expect(serving.bitsPerCharacter).not.toBe(learnt.bitsPerCharacter);
    expect(serving.bitsPerCharacter / learnt.bitsPerCharacter).toBeCloseTo(1, 2);
    expect(serving.unknownShare).toBe(learnt.unknownShare);
  });

  it('says what is wrong with an empty text, and with one too short to hold a part out', async () => {
    const empty = await evaluateDoor(['--text', file('empty.txt', ' \n')]);
    expect(empty).toMatchObject({ code: 1, out: '' });
    expect(empty.err).toMatch(/^empty\.txt is empty\..*\n$/);
    const short = await evaluateDoor(['--text', file('short.txt', '孙悟空听了。'), '--held-out']);
    expect(short).toMatchObject({ code: 1, out: '' });
    expect(short.err).toMatch(/^With 6 characters this text is too short to hold a part out.*\n$/);
  });
});
