import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { writeAtomically } from '#lstm';
import { keepNovel, listNovels, type Novel, readNovel } from '#text';
import { makeFile, SENTENCES } from './made-novel.ts';

const source = () => makeFile('石狮子 (完).txt', `第一章 桥头\n\n${SENTENCES.join('\n')}\n`);
const keep = (novel: Novel, from: string, more: { line?: string; force?: boolean } = {}) =>
  keepNovel(novel, {
    folder: join(dirname(from), 'novels'),
    source: from,
    convert: 'none',
    force: false,
    save: writeAtomically,
    ...more,
  });

describe('the folder of kept novels', () => {
  it('holds the cleaned text and what is known of it, and lists it', async () => {
    const from = source();
    const novel = await readNovel(from);
    const { record, path } = await keep(novel, from, { line: 'lions' });
    expect(readFileSync(path, 'utf8')).toBe(novel.text);
    expect(record).toMatchObject({
      line: 'lions',
      source: '石狮子 (完).txt',
      encoding: 'utf-8',
      convert: 'none',
    });
    const sha256 = (content: string | Uint8Array) => createHash('sha256').update(content).digest('hex');
    expect(record).toMatchObject({ sourceSha256: sha256(readFileSync(from)), sha256: sha256(novel.text) });
    expect(record.chapters).toEqual(novel.chapters);
    expect(await listNovels(join(dirname(from), 'novels'))).toEqual([record]);
    expect((await readNovel(path)).text).toBe(novel.text);
  });

  it('names a novel after its title where no name is given', async () => {
    const from = source();
    expect((await keep(await readNovel(from), from)).record.line).toBe('石狮子-完');
  });

  it('overwrites only by force', async () => {
    const from = source();
    const novel = await readNovel(from);
    await keep(novel, from, { line: 'lions' });
    await expect(keep(novel, from, { line: 'lions' })).rejects.toMatchObject({ code: 'text.line-taken' });
    await expect(keep(novel, from, { line: 'lions', force: true })).resolves.toBeDefined();
  });

  it.each(['../up', 'a/b', '.hidden', '', 'x'.repeat(41)])('refuses the name %j', async (line) => {
    const from = source();
    await expect(keep(await readNovel(from), from, { line })).rejects.toMatchObject({
      code: 'text.bad-line-name',
    });
  });

  it('is empty where it does not exist, and says which record is damaged', async () => {
    const folder = join(dirname(source()), 'novels');
    expect(await listNovels(folder)).toEqual([]);
    mkdirSync(folder);
    writeFileSync(join(folder, 'x.json'), '{"format": 1');
    await expect(listNovels(folder)).rejects.toMatchObject({ code: 'text.library-damaged' });
    await expect(listNovels(join(folder, 'x.json'))).rejects.toMatchObject({ code: 'text.not-found' });
  });
});
