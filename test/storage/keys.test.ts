import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { type Damage, openStorage, readKey, type StorageOptions } from '#storage';
import { sealRecord } from '../../src/storage/record.ts';
import { passages, states } from '../contracts/store.ts';
import { temporaryFolder } from './folder.ts';

const KEY = Uint8Array.from({ length: 32 }, (_, i) => i + 1);
const OTHER = new Uint8Array(32).fill(9);
const SECRET = '林小满在三号码头等了一夜';

function world() {
  const folder = temporaryFolder();
  const file = path.join(folder, 'data', 'xuxie.db');
  const place = (key?: Uint8Array) => ({ file, durability: 'full', key }) satisfies StorageOptions;
  return { folder, file, place, keyFile: path.join(folder, 'keys', 'xuxie.key') };
}

async function write(options: StorageOptions, id: string): Promise<void> {
  await using storage = await openStorage(options);
  await storage.write([storage.store(passages).put(id, { id, text: SECRET })]);
}

async function read(options: StorageOptions, id: string) {
  await using storage = await openStorage(options);
  return (await storage.store(passages).get(id))?.text;
}

describe('a store under a key', () => {
  it('holds nothing legible', async () => {
    const { place, file } = world();
    await write(place(KEY), 'a');
    expect(readFileSync(file).includes(SECRET)).toBe(false);
    await write(place(KEY), 'b');
    expect(await read(place(KEY), 'a')).toBe(SECRET);
    const plain = world();
    await write(plain.place(), 'a');
    expect(readFileSync(plain.file).includes(SECRET)).toBe(true);
  });

  it('encrypts the same text otherwise each time', async () => {
    const { place, file } = world();
    await using storage = await openStorage(place(KEY));
    const { put } = storage.store(states);
    await storage.write([put('a', new Uint8Array(64)), put('b', new Uint8Array(64))]);
    using db = new DatabaseSync(file);
    const [a, b] = db.prepare("SELECT value FROM record WHERE key LIKE 'state/%'").all();
    const nonce = (row?: Record<string, unknown>) =>
      Buffer.from(row!.value as Uint8Array)
        .subarray(4, 16)
        .toString('hex');
    expect(nonce(a)).not.toBe(nonce(b));
  });

  it.each([
    { name: 'no key', key: undefined, code: 'storage.key-missing' },
    { name: 'another key', key: OTHER, code: 'storage.key-wrong' },
  ])('is not opened with $name, and nothing in it changes', async ({ key, code }) => {
    const { place, file } = world();
    await write(place(KEY), 'a');
    const before = readFileSync(file);
    await expect(openStorage(place(key))).rejects.toMatchObject({ code });
    expect(readFileSync(file)).toEqual(before);
    expect(await read(place(KEY), 'a')).toBe(SECRET);
  });

  it.each(['storage/check', 'storage/about'])(
    'knows its key also when %s is damaged or gone',
    async (lost) => {
      for (const change of [
        'UPDATE record SET value = zeroblob(40) WHERE key = ?',
        'DELETE FROM record WHERE key = ?',
      ]) {
        const { place, file } = world();
        await write(place(KEY), 'a');
        using db = new DatabaseSync(file);
        db.prepare(change).run(lost);
        await expect(openStorage(place())).rejects.toMatchObject({ code: 'storage.key-missing' });
        await expect(openStorage(place(OTHER))).rejects.toMatchObject({ code: 'storage.key-wrong' });
        expect(await read(place(KEY), 'a')).toBe(SECRET);
      }
    },
  );

  it('goes on with what was plain before there was a key, and encrypts what is written next', async () => {
    const { place, file } = world();
    await write(place(), 'old');
    await write(place(KEY), 'new');
    expect(await read(place(KEY), 'old')).toBe(SECRET);
    expect(await read(place(KEY), 'new')).toBe(SECRET);
    await write(place(KEY), 'old');
    expect(readFileSync(file).includes(SECRET)).toBe(false);
    await expect(openStorage(place())).rejects.toMatchObject({ code: 'storage.key-missing' });
  });

  it('is emptied when it is only a cache', async () => {
    const { place } = world();
    const cache = (key?: Uint8Array): StorageOptions => ({ ...place(key), durability: 'cache' });
    await write(cache(KEY), 'a');
    expect(await read(cache(OTHER), 'a')).toBeUndefined();
    await write(cache(OTHER), 'b');
    expect(await read(cache(), 'b')).toBeUndefined();
  });

  it('does not open what a newer layout wrote', async () => {
    const { place, file } = world();
    await write(place(), 'a');
    using db = new DatabaseSync(file);
    const newer = sealRecord('storage/about', { version: 1, value: { layout: 2, encrypted: false } });
    db.prepare("UPDATE record SET value = ? WHERE key = 'storage/about'").run(newer);
    await expect(openStorage(place())).rejects.toMatchObject({ code: 'storage.newer-layout' });
  });
});

it.each(['full', 'cache'] as const)(
  'what was deleted or overwritten is legible no longer once the store is closed (%s), key or no key',
  async (durability) => {
    const { place, file } = world();
    {
      await using storage = await openStorage({ ...place(), durability });
      const { put, drop } = storage.store(passages);
      const many = Array.from({ length: 200 }, (_, n) => `${n}`);
      await storage.write(many.map((id) => put(id, { id, text: SECRET.repeat(30) })));
      await storage.write(many.map((id, n) => (n % 2 ? drop(id) : put(id, { id, text: '' }))));
    }
    expect(readFileSync(file).includes(SECRET)).toBe(false);
  },
);

describe('a key file', () => {
  it('is made once, for its owner alone, and is the same the next time', async () => {
    const { place, keyFile } = world();
    const key = await readKey(keyFile, place());
    expect(key).toHaveLength(32);
    expect(statSync(keyFile).mode & 0o777).toBe(0o600);
    expect(await readKey(keyFile, place())).toEqual(key);
    await write(place(key), 'a');
    expect(await read(place(await readKey(keyFile, place())), 'a')).toBe(SECRET);
  });

  it('that is gone is told and not made anew while something needs it', async () => {
    const { place, keyFile } = world();
    await write(place(await readKey(keyFile, place())), 'a');
    rmSync(keyFile);
    await expect(readKey(keyFile, place())).rejects.toMatchObject({
      code: 'storage.key-lost',
      params: { file: keyFile },
    });
    expect(existsSync(keyFile)).toBe(false);
    await expect(readKey(keyFile)).rejects.toMatchObject({ code: 'storage.key-lost' });
  });

  it.each([
    ['hexadecimal', Buffer.from(KEY).toString('hex')],
    ['hexadecimal in capitals', `  ${Buffer.from(KEY).toString('hex').toUpperCase()}\r\n`],
    ['base64', Buffer.from(KEY).toString('base64')],
    ['base64url', Buffer.from(KEY).toString('base64url')],
  ])('may be written in %s', async (_, words) => {
    const { keyFile } = world();
    mkdirSync(path.dirname(keyFile));
    writeFileSync(keyFile, words);
    expect(await readKey(keyFile)).toEqual(KEY);
  });

  it.each([
    '',
    'geheim',
    Buffer.from(KEY.subarray(1)).toString('base64'),
    `${Buffer.from(KEY).toString('hex')}00`,
  ])('that holds no key is told without being shown: %j', async (words) => {
    const { keyFile } = world();
    mkdirSync(path.dirname(keyFile));
    writeFileSync(keyFile, words);
    const told = await readKey(keyFile).catch((error) => error);
    expect(told).toMatchObject({ code: 'storage.key-malformed' });
    if (words) expect(inspect(told, { depth: 9 })).not.toContain(words);
  });

  it('that is looked for in a damaged store: what is mended there is told', async () => {
    const { place, keyFile, file } = world();
    await write(place(), 'a');
    writeFileSync(file, readFileSync(file).fill(0xee, 0, 100));
    const damages: Damage[] = [];
    await readKey(keyFile, { ...place(), onDamage: (damage) => damages.push(damage) });
    expect(damages[0]).toMatchObject({ file, lost: 0 });
    expect(await read(place(), 'a')).toBe(SECRET);
  });

  it('does not lie among the data that it protects', async () => {
    const { place, file } = world();
    const inside = path.join(path.dirname(file), 'key');
    await expect(readKey(inside, place())).rejects.toMatchObject({ code: 'storage.key-inside' });
  });

  it('that may not be read is told', async () => {
    const { folder } = world();
    await expect(readKey(folder)).rejects.toMatchObject({ code: 'storage.cannot-open' });
  });
});

it('no key, and no text, is in what an open storage or its errors show', async () => {
  const { place, file } = world();
  await using storage = await openStorage(place(KEY));
  await storage.write([storage.store(passages).put('a', { id: 'a', text: SECRET })]);
  using db = new DatabaseSync(file);
  db.exec("UPDATE record SET value = substr(value, 1, 60) WHERE key = 'passage/a'");
  const damaged = await storage
    .store(passages)
    .get('a')
    .catch((error) => error);
  const wrong = await openStorage(place(OTHER)).catch((error) => error);
  const shown = inspect([storage, damaged, wrong, damaged.stack, damaged.cause], {
    depth: 20,
    showHidden: true,
  });
  for (const hidden of [
    Buffer.from(KEY).toString('hex'),
    Buffer.from(KEY).toString('base64'),
    inspect(KEY),
    SECRET,
  ])
    expect(shown).not.toContain(hidden);
});
