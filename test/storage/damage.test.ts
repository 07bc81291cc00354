import {
  closeSync,
  existsSync,
  openSync,
  readdirSync,
  readFileSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, it } from 'vitest';
import { type Damage, openStorage } from '#storage';
import { readableRows } from '../../src/storage/readable-rows.ts';
import { openRecord } from '../../src/storage/record.ts';
import { passages, states } from '../contracts/store.ts';
import { temporaryFolder } from './folder.ts';
import { keyAt } from './key-at.ts';

const COUNT = 300;
const PAGE = 4096;
const textOf = (n: number) => `${n}：${'蕭炎笑了笑。'.repeat(1 + (n % 40))}`;

async function filled(key?: Uint8Array) {
  const file = path.join(temporaryFolder(), 'store.db');
  await using storage = await openStorage({ file, durability: 'full', key });
  const { put } = storage.store(passages);
  for (let n = 0; n < COUNT; n += 50)
    await storage.write(
      Array.from({ length: 50 }, (_, i) => put(`${n + i}`, { id: `${n + i}`, text: textOf(n + i) })),
    );
  return file;
}

/** Opens a file and asks for everything: a record is as it was written, or is named as damaged, or is `missing`. */
async function readAll(file: string, key?: Uint8Array) {
  const damages: Damage[] = [];
  const missing: string[] = [];
  await using storage = await openStorage({
    file,
    durability: 'full',
    key,
    onDamage: (found) => damages.push(found),
  });
  const { get, put } = storage.store(passages);
  for (let n = 0; n < COUNT; n++) {
    const record = await get(`${n}`).catch((error) => {
      expect(error).toMatchObject({ code: 'storage.damaged', params: { kind: 'passage', key: `${n}` } });
      expect(damages).toContainEqual({ kind: 'passage', key: `${n}` });
    });
    if (record) expect(record).toEqual({ id: `${n}`, text: textOf(n) });
    else missing.push(`${n}`);
  }
  await storage.write([put('new', { id: 'new', text: 'new' })]);
  expect((await get('new'))?.text).toBe('new');
  const named = damages.flatMap((damage) => ('kind' in damage ? [damage.key] : []));
  const file_ = damages.find((damage) => 'file' in damage);
  return { missing, named, file: file_ && 'file' in file_ ? file_ : undefined };
}

function overwrite(file: string, at: number, bytes: Uint8Array): void {
  const handle = openSync(file, 'r+');
  writeSync(handle, bytes, 0, bytes.length, at);
  closeSync(handle);
}

it.each([
  { name: 'plain', key: undefined },
  { name: 'encrypted', key: new Uint8Array(32).fill(1) },
])(
  'a byte changed in a record ($name): it is named and set aside, told once, and the rest goes on',
  async ({ key }) => {
    const file = await filled(key);
    using db = new DatabaseSync(file);
    const [row] = db.prepare("SELECT id, value FROM record WHERE key = 'passage/17'").all();
    const value = Buffer.from(row!.value as Uint8Array);
    const bad = value.with(value.length - 3, value.at(-3)! ^ 4);
    db.prepare('UPDATE record SET value = ? WHERE id = ?').run(bad, row!.id!);

    const damages: Damage[] = [];
    await using storage = await openStorage({
      file,
      durability: 'full',
      key,
      onDamage: (found) => damages.push(found),
    });
    const { get, getMany } = storage.store(passages);
    const together = await Promise.allSettled([get('17'), getMany(['16', '17'])]);
    expect(together.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(damages).toEqual([{ kind: 'passage', key: '17' }]);
    expect(await get('17')).toBeUndefined();
    expect((await get('16'))?.text).toBe(textOf(16));
    expect(await Array.fromAsync(storage.keys(passages))).toHaveLength(COUNT - 1);
    const aside = db.prepare("SELECT value FROM record WHERE key = 'quarantine/passage/17'").get();
    expect(aside?.value).toEqual(new Uint8Array(bad));
  },
);

it.each([
  { name: 'plain', key: undefined },
  { name: 'encrypted', key: new Uint8Array(32).fill(1) },
])('a record ($name) that stands under another key does not pass for that one', async ({ key }) => {
  const file = await filled(key);
  using db = new DatabaseSync(file);
  db.exec(
    "UPDATE record SET value = (SELECT value FROM record WHERE key = 'passage/1') WHERE key = 'passage/2'",
  );
  const { missing, named } = await readAll(file, key);
  expect(missing).toEqual(['2']);
  expect(named).toEqual(['2']);
});

it('a file cut off in the middle is moved aside, and what stood before the cut goes on', async () => {
  const file = await filled();
  const whole = readFileSync(file);
  truncateSync(file, Math.floor(whole.length / (2 * PAGE)) * PAGE);
  const cut = readFileSync(file);
  const { missing, file: damage } = await readAll(file);
  expect(missing.length).toBeLessThan(0.6 * COUNT);
  expect(damage).toMatchObject({ file, lost: undefined });
  // One record is the storage's own.
  expect([COUNT, COUNT + 1]).toContain(damage!.recovered + missing.length);
  const quarantine = path.join(path.dirname(file), 'quarantine');
  expect(readdirSync(quarantine)).toEqual([path.basename(damage!.movedTo!)]);
  expect(readFileSync(damage!.movedTo!)).toEqual(cut);
  expect((await readAll(file)).file).toBeUndefined();
});

it('any page overwritten costs no more than what stood on it, and what it cost is named', async () => {
  const good = readFileSync(await filled());
  const folder = temporaryFolder();
  const pages = good.length / PAGE;
  for (let page = 0; page < pages; page += page < 4 ? 1 : 5) {
    const file = path.join(folder, `${page}.db`);
    writeFileSync(file, good);
    overwrite(file, page * PAGE, Buffer.alloc(PAGE, 0xa5));
    const { missing, named, file: damage } = await readAll(file);
    expect(damage, `page ${page}`).toBeDefined();
    expect(missing.length, `page ${page}`).toBeLessThan(25);
    expect(named, `page ${page}`).toEqual(expect.arrayContaining(missing));
  }
});

it('a byte flipped anywhere: every record is as it was or is named, and no other is touched', async () => {
  const good = readFileSync(await filled());
  const folder = temporaryFolder();
  for (let n = 0; n < 40; n++) {
    const at = (n * 7919 * 61) % good.length;
    const file = path.join(folder, `${at}.db`);
    writeFileSync(file, good);
    overwrite(file, at, Buffer.of(good[at]! ^ (1 << (n % 8))));
    const { missing, named } = await readAll(file);
    expect(missing.length, `byte ${at}`).toBeLessThan(25);
    expect(named, `byte ${at}`).toEqual(expect.arrayContaining(missing));
  }
});

it.each(['index', 'row'] as const)(
  'a key that is wrong in its %s is found when the file is opened',
  async (where) => {
    const file = await filled();
    overwrite(file, keyAt(readFileSync(file), 'passage/123', where), Buffer.from('passage/12x'));
    const { missing, file: damage } = await readAll(file);
    expect(missing).toEqual([]);
    expect(damage).toBeDefined();
    await using storage = await openStorage({ file, durability: 'full' });
    await expect(storage.store(passages).get('12x')).rejects.toMatchObject({ code: 'storage.damaged' });
  },
);

it('damage that shows while the file is open is mended under whoever reads', async () => {
  const file = path.join(temporaryFolder(), 'store.db');
  const damages: Damage[] = [];
  const large = (n: number) => new Uint8Array(16_000).fill(n);
  const KEYS = Array.from({ length: 600 }, (_, n) => `${n}`);
  {
    await using storage = await openStorage({ file, durability: 'full' });
    await storage.write(KEYS.map((key) => storage.store(states).put(key, large(Number(key)))));
  }
  await using storage = await openStorage({
    file,
    durability: 'full',
    onDamage: (found) => damages.push(found),
  });
  // Far more pages than SQLite keeps in memory, and the middle ones have no reason to be among them.
  const good = readFileSync(file);
  for (let page = 10; page < good.length / PAGE / 2; page++)
    if (good[page * PAGE] === 13) overwrite(file, page * PAGE, Buffer.alloc(PAGE, 0xff));
  const { get, put } = storage.store(states);
  const found = await Promise.allSettled(KEYS.map((key) => get(key)));
  const kept = found.flatMap((result, n) =>
    result.status === 'fulfilled' && result.value ? [[n, result.value] as const] : [],
  );
  expect(kept.length).toBeGreaterThan(200);
  expect(kept.length).toBeLessThan(600);
  for (const [n, value] of kept) expect(value).toEqual(large(n));
  expect(damages[0]).toMatchObject({ file });
  await storage.write([put('new', large(1))]);
  expect(await get('new')).toEqual(large(1));
});

it('a cache that is damaged is begun anew', async () => {
  const file = path.join(temporaryFolder(), 'states.db');
  {
    await using storage = await openStorage({ file, durability: 'cache' });
    await storage.write([storage.store(states).put('a', new Uint8Array(9000))]);
  }
  overwrite(file, 0, Buffer.alloc(3 * PAGE, 0x5a));
  const damages: Damage[] = [];
  await using storage = await openStorage({
    file,
    durability: 'cache',
    onDamage: (found) => damages.push(found),
  });
  expect(damages).toEqual([{ file, movedTo: undefined, recovered: 0, lost: undefined }]);
  const { get, put } = storage.store(states);
  expect(await get('a')).toBeUndefined();
  await storage.write([put('a', new Uint8Array(3))]);
  expect(await get('a')).toEqual(new Uint8Array(3));
  expect(existsSync(path.join(path.dirname(file), 'quarantine'))).toBe(false);
});

it.each(['', 'no database, just words. '.repeat(1000)])(
  'a file that is none of ours is moved aside',
  async (words) => {
    const file = path.join(temporaryFolder(), 'store.db');
    writeFileSync(file, words);
    const { file: damage } = await readAll(file);
    expect(damage).toMatchObject({ recovered: 0 });
    expect(readFileSync(damage!.movedTo!, 'utf8')).toBe(words);
  },
);

it.each([
  { name: 'first page', at: 0, length: 100 },
  { name: 'page of rows', at: 9 * PAGE, length: PAGE },
])('what is in the write-ahead log of a file whose $name is damaged is not lost', async ({ at, length }) => {
  const file = await filled();
  const torn = path.join(temporaryFolder(), 'store.db');
  // As long as what stood there, so that no page is added and the first page does not come into the log.
  const changed = { id: '299', text: textOf(299).replaceAll('笑', '哭') };
  {
    await using storage = await openStorage({ file, durability: 'full' });
    await storage.write([storage.store(passages).put('299', changed)]);
    // As if the process had been killed here.
    for (const end of ['', '-wal']) writeFileSync(torn + end, readFileSync(file + end));
  }
  overwrite(torn, at, Buffer.alloc(length, 0x11));
  const copy = path.join(temporaryFolder(), 'copy.db');
  for (const end of ['', '-wal']) writeFileSync(copy + end, readFileSync(torn + end));
  const row = [...readableRows(copy).rows].find(({ key }) => key === 'passage/299');
  expect(openRecord('passage/299', row!.value).value).toEqual(changed);

  const damages: Damage[] = [];
  await using storage = await openStorage({
    file: torn,
    durability: 'full',
    onDamage: (found) => damages.push(found),
  });
  expect(damages[0]).toMatchObject({ file: torn });
  expect(await storage.store(passages).get('299')).toEqual(changed);
});

it('a salvage that was cut off is finished, or begun again', async () => {
  const file = await filled();
  const bad = path.join(temporaryFolder(), 'store.db');
  writeFileSync(`${bad}.salvaged`, readFileSync(file));
  writeFileSync(bad, 'damaged');
  expect((await readAll(bad)).missing).toEqual([]);
  expect(readdirSync(path.join(path.dirname(bad), 'quarantine'))).toHaveLength(1);

  const again = path.join(temporaryFolder(), 'store.db');
  writeFileSync(again, readFileSync(file));
  overwrite(again, 0, Buffer.alloc(100, 0x11));
  writeFileSync(`${again}.salvaging`, readFileSync(file).subarray(0, 9 * PAGE));
  writeFileSync(`${again}.copy`, 'cut off');
  expect((await readAll(again)).missing).toEqual([]);
  expect(readdirSync(path.dirname(again)).sort()).toEqual(['quarantine', 'store.db']);
});
