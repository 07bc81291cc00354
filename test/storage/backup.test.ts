import { spawn } from 'node:child_process';
import { copyFileSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { text as allOf } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import {
  BACKUPS_KEPT,
  backUp,
  holdData,
  type Kind,
  openStorage,
  restore,
  storeFile,
  takeRestore,
} from '#storage';
import { passages } from '../contracts/store.ts';
import { temporaryFolder } from './folder.ts';
import { keyAt } from './key-at.ts';
import { startChild } from './start-child.ts';
import { problemsOf, WRITERS } from './triples.ts';

const tombstones: Kind<string> = { name: 'tombstone', version: 1, schema: z.string() };
const KEY = new Uint8Array(32).fill(5);

const open = (file: string, key?: Uint8Array) => openStorage({ file, durability: 'full', key });

/** A data folder that keeps passages of these names. */
async function dataWith(names: readonly string[], erased: readonly string[] = [], key?: Uint8Array) {
  const data = temporaryFolder();
  await using storage = await open(storeFile(data), key);
  await storage.write([
    ...names.map((id) => storage.store(passages).put(id, { id, text: id })),
    ...erased.map((id) => storage.store(tombstones).put(id, id)),
  ]);
  return { data, file: storeFile(data), backups: path.join(data, 'backups') };
}

async function keysOf(file: string, kind: Kind<unknown>, key?: Uint8Array): Promise<string[]> {
  await using storage = await open(file, key);
  return (await Array.fromAsync(storage.keys(kind))).sort();
}

it('copies what a running process writes: a moment of it, whole, with everything acknowledged before', async () => {
  const { file, backups } = await dataWith([]);
  const child = startChild('write.ts', JSON.stringify({ file, durability: 'full' }));
  await child.said(60);
  for (let round = 0; round < 3; round++) {
    const acknowledged = new Array<number>(WRITERS).fill(0);
    for (const line of child.lines.slice(1)) {
      const [writer, n] = line.split(' ').map(Number);
      acknowledged[writer!] = Math.max(acknowledged[writer!]!, n!);
    }
    const backup = await backUp(file, backups);
    await using storage = await open(backup.file);
    expect(await problemsOf(storage, acknowledged)).toEqual([]);
    expect(backup.records).toBeGreaterThan(60);
    await child.said(20);
  }
});

it('keeps the newest seven of its own, and touches nothing else in the folder', async () => {
  const { file, backups } = await dataWith(['a']);
  const elsewhere = temporaryFolder();
  const others = ['notes.txt', '2026-01-01.db', 'xuxie.db'];
  for (const name of others) writeFileSync(path.join(elsewhere, name), 'mine');
  const made: string[] = [];
  for (let n = 0; n < BACKUPS_KEPT + 3; n++)
    made.push((await backUp(file, elsewhere, new Date(Date.UTC(2026, 10, 1 + n)))).file);
  const kept = made.slice(-BACKUPS_KEPT).map((name) => path.basename(name));
  expect(readdirSync(elsewhere).sort()).toEqual([...kept, ...others].sort());
  expect(existsSync(backups)).toBe(false);
});

describe('a clock that was ahead', () => {
  /** A store with as many copies as are kept, all of days that have not come yet. */
  async function early() {
    const { data, file, backups } = await dataWith(['a']);
    const made: string[] = [];
    for (let n = 0; n < BACKUPS_KEPT; n++)
      made.push((await backUp(file, backups, new Date(Date.now() + 864e5 * (n + 1)))).file);
    return { data, file, backups, made };
  }
  const listed = (files: readonly string[]) => files.map((file) => path.basename(file)).sort();

  it('costs no copy that is made once it is right again: the oldest go, in the order they were made', async () => {
    const { file, backups, made } = await early();
    // Two of the same moment as well.
    const now = new Date();
    for (let n = 0; n < 3; n++) made.push((await backUp(file, backups, now)).file);
    expect(new Set(made).size).toBe(BACKUPS_KEPT + 3);
    expect(readdirSync(backups).sort()).toEqual(listed(made.slice(3)));
  });

  it('does not cost the store in whose place a backup comes, nor the backup', async () => {
    const { data, file, backups, made } = await early();
    {
      await using storage = await open(file);
      await storage.write([storage.store(passages).put('since', { id: 'since', text: '' })]);
    }
    const { previous } = await restore(made[0]!, data);
    expect(readdirSync(backups).sort()).toEqual(listed([...made, previous!]));
    expect(await keysOf(previous!, passages)).toEqual(['a', 'since']);
  });
});

it('makes no backup of a damaged file, and keeps the earlier ones', async () => {
  const { file, backups } = await dataWith(Array.from({ length: 500 }, (_, i) => `passage ${i}`));
  const earlier = await backUp(file, backups);
  const bytes = readFileSync(file);
  // The rows can all be read; what is wrong shows only when index and rows are compared.
  bytes.write('passage/passage 12x', keyAt(bytes, 'passage/passage 123', 'index'));
  writeFileSync(file, bytes);
  await expect(backUp(file, backups)).rejects.toMatchObject({
    code: 'storage.damaged-file',
    params: { file },
  });
  expect(readdirSync(backups)).toEqual([path.basename(earlier.file)]);
  await expect(backUp(`${file}.not-there`, backups)).rejects.toMatchObject({ code: 'storage.nothing-kept' });
});

it.each([
  { name: 'plain', key: undefined },
  { name: 'encrypted', key: KEY },
])('restores a backup ($name); the present store becomes one, and its tombstones stay', async ({ key }) => {
  const { data, file, backups } = await dataWith(['a', 'b'], ['long ago'], key);
  const backup = await backUp(file, backups);
  {
    await using storage = await open(file, key);
    const { put, drop } = storage.store(passages);
    await storage.write([
      drop('a'),
      put('c', { id: 'c', text: 'c' }),
      storage.store(tombstones).put('a', 'a'),
    ]);
  }
  const restored = await restore(backup.file, data, key);
  expect(restored).toMatchObject({ taken: true, records: backup.records });
  expect(await keysOf(file, passages, key)).toEqual(['a', 'b']);
  expect(await keysOf(file, tombstones, key)).toEqual(['a', 'long ago']);
  expect(await keysOf(restored.previous!, passages, key)).toEqual(['b', 'c']);
  // What was there when the backup was made is not altered by taking it.
  expect(await keysOf(backup.file, tombstones, key)).toEqual(['long ago']);
});

it('lies ready while a process holds the folder, and is taken at the next start', async () => {
  const { data, file, backups } = await dataWith(['a']);
  const backup = await backUp(file, backups);
  const holder = startChild('hold.ts', data);
  await holder.said(1);
  expect(await restore(backup.file, data)).toMatchObject({ taken: false });
  {
    await using storage = await open(file);
    await storage.write([storage.store(passages).put('meanwhile', { id: 'meanwhile', text: '' })]);
    expect(await storage.store(passages).get('meanwhile')).toBeDefined();
  }
  await holder.kill('SIGKILL');
  using _ = holdData(data);
  const taken = await takeRestore(data);
  expect(await keysOf(file, passages)).toEqual(['a']);
  expect(await keysOf(taken!.previous!, passages)).toEqual(['a', 'meanwhile']);
  expect(await takeRestore(data)).toBeUndefined();
});

it('restores into an empty folder, and in the place of a store that is damaged, whose tombstones it looks for', async () => {
  const { file: source, backups } = await dataWith(['a', 'b']);
  const backup = await backUp(source, backups);
  const empty = path.join(temporaryFolder(), 'data');
  expect(await restore(backup.file, empty)).toMatchObject({ taken: true, previous: undefined });
  expect(await keysOf(storeFile(empty), passages)).toEqual(['a', 'b']);

  const { data, file } = await dataWith(['b', 'c'], ['a']);
  const bytes = readFileSync(file);
  writeFileSync(file, bytes.fill(0xee, 0, 4096));
  const { previous } = await restore(backup.file, data);
  expect(readFileSync(previous!)).toEqual(bytes);
  expect(await keysOf(file, passages)).toEqual(['a', 'b']);
  expect(await keysOf(file, tombstones)).toEqual(['a']);
});

it('refuses what is no backup or has another key, and changes nothing', async () => {
  const { data, file } = await dataWith(['a'], [], KEY);
  const before = readFileSync(file);
  const words = path.join(data, 'words.db');
  writeFileSync(words, 'words '.repeat(2000));
  const cut = path.join(data, 'cut.db');
  writeFileSync(cut, readFileSync(file).subarray(0, 8192));
  for (const bad of [words, cut, data, path.join(data, 'not-there.db')])
    await expect(restore(bad, data, KEY)).rejects.toMatchObject({ code: 'storage.not-a-backup' });
  const other = await dataWith(['x'], [], new Uint8Array(32).fill(6));
  await expect(restore(other.file, data, KEY)).rejects.toMatchObject({ code: 'storage.key-wrong' });
  await expect(restore(other.file, data)).rejects.toMatchObject({ code: 'storage.key-missing' });
  expect(readFileSync(file)).toEqual(before);
  expect(readdirSync(data).filter((name) => name.startsWith('restore'))).toEqual([]);
});

it('a restore that was cut off is done again: tombstones once more, then the name', async () => {
  const { data, file, backups } = await dataWith(['a'], ['erased']);
  const backup = await backUp(file, backups);
  // Cut off behind the removal of nothing: the store is still there, and so is what lies ready.
  copyFileSync(backup.file, path.join(data, 'restore.db'));
  copyFileSync(backup.file, path.join(data, 'restore.db.part'));
  await takeRestore(data);
  expect(await keysOf(file, tombstones)).toEqual(['erased']);
  await restore(backup.file, data);
  expect(readdirSync(data).filter((name) => name.startsWith('restore'))).toEqual([]);
});

it('the doors: backup, restore and what they say', { timeout: 60_000 }, async () => {
  const { data } = await dataWith(['a']);
  const door = async (script: string, argv: string[], env: Record<string, string> = {}) => {
    const child = spawn(process.execPath, [`scripts/${script}.ts`, ...argv], {
      env: { PATH: process.env.PATH, XUXIE_LOCALE: 'en', XUXIE_DATA: data, ...env },
    });
    const [out, err] = await Promise.all([allOf(child.stdout), allOf(child.stderr)]);
    return { out, err };
  };
  const made = await door('backup', []);
  expect(made).toEqual({ out: expect.stringMatching(/^Backed up 2 records to .*\.db and checked/), err: '' });
  const [name] = readdirSync(path.join(data, 'backups'));
  const back = await door('restore', [path.join(data, 'backups', name!)], { XUXIE_LOCALE: 'zh-TW' });
  expect(back).toEqual({ out: expect.stringContaining('還原 2 筆紀錄'), err: '' });
  using _ = holdData(data);
  expect((await door('restore', [path.join(data, 'backups', name!)])).out).toContain('next start');
  const redis = await door('backup', [], { XUXIE_STORE: 'redis://:geheim@localhost:1' });
  expect(redis).toEqual({
    out: '',
    err: expect.stringMatching(/^XUXIE_STORE keeps everything in a Redis(?!.*geheim)/),
  });
});
