import { chmodSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import iconv from 'iconv-lite';
import { describe, expect, it } from 'vitest';
import { UserError } from '#errors';
import { createTranslator, describeError, type Locale } from '#i18n';
import { readNovel } from '#text';
import { makeFile, SENTENCES } from './made-novel.ts';

const story = SENTENCES.join('\n');
const zip = Buffer.from([0x50, 0x4b, 0x03, 0x04, ...Array(100).fill(7)]);

/** The sentence that `path` is refused with. */
async function refusal(path: string, encoding?: string, locale: Locale = 'en'): Promise<string> {
  const error = await readNovel(path, { encoding }).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof UserError)) throw error ?? new Error('it was read');
  return describeError(error, createTranslator(locale));
}

describe('what cannot be read gets a sentence that says why and what to do', () => {
  it('a file that is not there, or stands inside a file', async () => {
    expect(await refusal('/nowhere/三国.txt')).toMatch(/no file \/nowhere\/三国\.txt.*Check the path/);
    expect(await refusal(`${makeFile('a.txt', story)}/b.txt`)).toMatch(/no file/);
  });

  it('a name that the system does not take', async () => {
    expect(await refusal('x'.repeat(300))).toMatch(/cannot be read \(ENAMETOOLONG\)/);
  });

  it('a folder', async () => {
    expect(await refusal(tmpdir())).toMatch(/is a folder.*Name the novel's file/);
  });

  it('a device', async () => {
    expect(await refusal('/dev/null')).toMatch(/not an ordinary file/);
  });

  it('an empty file, or one of blanks', async () => {
    expect(await refusal(makeFile('a.txt', ''))).toMatch(/a\.txt is empty/);
    expect(await refusal(makeFile('a.txt', ' \n\n　\n'))).toMatch(/a\.txt is empty/);
  });

  it('one line', async () => {
    expect(await refusal(makeFile('a.txt', '孙悟空打了一个筋斗。'))).toMatch(/one line of 10 characters/);
    expect(await refusal(makeFile('a.txt', '孙悟空打了个筋斗，'.repeat(900)))).toMatch(
      /hardly different ones/,
    );
  });

  it('a few lines', async () => {
    expect(await refusal(makeFile('a.txt', SENTENCES.slice(0, 3).join('\n')))).toMatch(/200 are the least/);
  });

  it('one character over and over', async () => {
    expect(await refusal(makeFile('a.txt', '啊'.repeat(5000)))).toMatch(/“啊” over and over/);
    expect(await refusal(makeFile('a.txt', '啊啊啊啊\n'.repeat(500)))).toMatch(/“啊” over and over/);
  });

  it.each([
    ['PDF', Buffer.from('%PDF-1.7\n%âãÏÓ\n')],
    ['ZIP', zip],
    ['RAR', Buffer.from('Rar!\x1a\x07\x00 and more')],
    ['PNG', Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a])],
    ['MOBI', Buffer.concat([Buffer.alloc(60, 1), Buffer.from('BOOKMOBI'), Buffer.alloc(40)])],
  ])('a %s renamed .txt', async (kind, bytes) => {
    expect(await refusal(makeFile('a.txt', bytes))).toMatch(
      `a.txt is a ${kind} file, whatever its name says`,
    );
  });

  it('bytes that are no text at all', async () => {
    const bytes = Buffer.from(Array.from({ length: 4000 }, (_, i) => (i * 7919) % 251));
    expect(await refusal(makeFile('a.txt', Buffer.concat([bytes, Buffer.alloc(3000)])))).toMatch(
      /no text file/,
    );
  });

  it('200 MB, without reading them', async () => {
    const path = makeFile('a.txt', story);
    truncateSync(path, 200 * 1024 * 1024);
    expect(await refusal(path)).toMatch(/has 200 MB; at most 100 MB/);
  });

  it('half GBK, half UTF-8, in either order', async () => {
    const gbk = iconv.encode(`${story}\n`, 'gbk');
    const utf8 = Buffer.from(`${story}\n`);
    expect(await refusal(makeFile('a.txt', Buffer.concat([gbk, utf8])))).toMatch(/Parts of a\.txt are UTF-8/);
    expect(await refusal(makeFile('a.txt', Buffer.concat([utf8, gbk])))).toMatch(/Parts of a\.txt are UTF-8/);
    const late = Buffer.concat([...Array(50).fill(gbk), utf8]);
    expect(await refusal(makeFile('a.txt', late))).toMatch(/Parts of a\.txt are UTF-8/);
  });

  it('more than one character in a thousand that makes no sense; one in two thousand is let through', async () => {
    const long = Buffer.from(story.repeat(20));
    const spoilt = (every: number) => {
      const bytes = Buffer.from(long);
      // 0xff is in no UTF-8 text; three bytes make one character.
      for (let at = every * 3; at < bytes.length; at += every * 3) bytes[at] = 0xff;
      return bytes;
    };
    expect(await refusal(makeFile('a.txt', spoilt(700)), 'utf-8')).toMatch(
      /% of a\.txt makes no sense as utf-8/,
    );
    const { report } = await readNovel(makeFile('a.txt', spoilt(4000)));
    expect(report.changed['lost-character']?.count).toBeGreaterThan(0);
  });

  it('an encoding that is none', async () => {
    expect(await refusal(makeFile('a.txt', story), 'klingon')).toMatch(/no encoding “klingon”.*gb18030/);
  });

  it('nothing but advertisements', async () => {
    const ads = '求月票！求推荐票支持！\nhttp://www.example.com/book/1\n==========\n'.repeat(30);
    expect(await refusal(makeFile('a.txt', ads))).toMatch(/Nothing of a\.txt is left/);
  });

  it('a file that may not be read', async () => {
    const path = makeFile('a.txt', story);
    chmodSync(path, 0);
    // Root may read everything, so for a moment this process is somebody else.
    const root = process.geteuid!() === 0;
    if (root) process.seteuid!(65_534);
    try {
      expect(await refusal(path)).toMatch(/cannot be read \(EACCES\)/);
    } finally {
      if (root) process.seteuid!(0);
    }
  });

  it('in the language of the reader', async () => {
    expect(await refusal(makeFile('a.txt', ''), undefined, 'zh-Hans')).toBe(
      'a.txt 是空的。请给出装有整部小说的文件。',
    );
    expect(await refusal(makeFile('a.txt', zip), undefined, 'zh-Hant')).toMatch('其實是 ZIP 檔案');
  });

  it('stops when it is told to', async () => {
    const stop = AbortSignal.abort();
    await expect(readNovel(makeFile('a.txt', story), { signal: stop })).rejects.toThrow(/abort/i);
  });
});
