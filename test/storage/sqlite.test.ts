import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setImmediate } from 'node:timers/promises';
import { expect, it, onTestFinished, vi } from 'vitest';
import { Random } from '#random';
import { type Damage, openStorage } from '#storage';
import { passages, storeContract } from '../contracts/store.ts';
import { temporaryFolder } from './folder.ts';

const REFUSE = ['INSERT', 'UPDATE', 'DELETE'].map(
  (event) =>
    `CREATE TRIGGER refuse_${event} BEFORE ${event} ON record BEGIN SELECT RAISE(ABORT, 'refused'); END;`,
);
const ALLOW = ['INSERT', 'UPDATE', 'DELETE'].map((event) => `DROP TRIGGER refuse_${event};`);

for (const { name, key } of [
  { name: 'SQLite', key: undefined },
  { name: 'SQLite, encrypted', key: new Uint8Array(32).fill(7) },
])
  storeContract(name, async () => {
    const file = path.join(temporaryFolder(), 'store.db');
    const run = (statements: readonly string[]) => {
      using db = new DatabaseSync(file);
      db.exec(statements.join('\n'));
    };
    return {
      open: () => openStorage({ file, durability: 'full', key }),
      refuse: async () => {
        run(REFUSE);
        return async () => run(ALLOW);
      },
    };
  });

it('what was overwritten or deleted stands in none of its files once it is purged', async () => {
  const file = path.join(temporaryFolder(), 'store.db');
  const random = Random.seeded(1);
  await using storage = await openStorage({ file, durability: 'full' });
  const { put, drop } = storage.store(passages);
  const markOf = (text: string) => text.slice(0, text.indexOf('>') + 1);
  const live = new Map<string, string>();
  const gone: string[] = [];
  for (let n = 0; n < 1500; n++) {
    const key = `${random.below(300)}`;
    const text = `<${n}>${'字'.repeat(random.below(random.below(5) === 0 ? 1500 : 100))}`;
    if (live.has(key)) gone.push(markOf(live.get(key)!));
    if (random.below(4) === 0) live.delete(key);
    else live.set(key, text);
    const written = storage.write([live.has(key) ? put(key, { id: key, text }) : drop(key)]);
    if (n % 5 === 4) await written;
  }
  const legible = (texts: Iterable<string>) => {
    const files = [file, `${file}-wal`].filter((each) => existsSync(each)).map((each) => readFileSync(each));
    return [...texts].filter((text) => files.some((bytes) => bytes.includes(text)));
  };
  expect(legible(gone).length).toBeGreaterThan(0);
  await storage.purge();
  expect(legible(gone)).toEqual([]);
  expect(legible([...live.values()].map(markOf))).toHaveLength(live.size);
});

it('is purged without the thread standing still: who reads it goes on, and is waited for', async () => {
  const file = path.join(temporaryFolder(), 'store.db');
  await using storage = await openStorage({ file, durability: 'full' });
  const { put, drop, get } = storage.store(passages);
  await storage.write([put('a', { id: 'a', text: '去也' }), put('b', { id: 'b', text: '来也' })]);
  using reader = new DatabaseSync(file);
  reader.exec('BEGIN; SELECT * FROM record');
  await storage.write([drop('a')]);
  const purged = storage.purge();
  expect((await get('b'))?.text).toBe('来也');
  const written = storage.write([put('c', { id: 'c', text: '又来' })]);
  await setImmediate();
  reader.exec('COMMIT');
  await purged;
  await written;
  expect((await get('c'))?.text).toBe('又来');
});

it('does not say that something is purged while another still reads what was there', async () => {
  const file = path.join(temporaryFolder(), 'store.db');
  await using storage = await openStorage({ file, durability: 'full' });
  const { put, drop } = storage.store(passages);
  await storage.write([put('a', { id: 'a', text: '去也' })]);
  {
    using reader = new DatabaseSync(file);
    reader.exec('BEGIN; SELECT * FROM record');
    await storage.write([drop('a')]);
    await expect(storage.purge()).rejects.toMatchObject({
      code: 'storage.not-purged',
      params: { place: file, reason: 'read' },
    });
  }
  await storage.purge();
  expect(readFileSync(`${file}-wal`)).toHaveLength(0);
});

it.each([
  { durability: 'full', synchronous: 2 },
  { durability: 'cache', synchronous: 1 },
] as const)(
  '$durability: what is written is forced to the disk as promised',
  async ({ durability, synchronous }) => {
    const prepare = vi.spyOn(DatabaseSync.prototype, 'prepare');
    onTestFinished(() => prepare.mockRestore());
    const file = path.join(temporaryFolder(), 'store.db');
    await using storage = await openStorage({ file, durability });
    await storage.write([storage.store(passages).put('a', { id: 'a', text: '去也' })]);
    const open = [...new Set(prepare.mock.contexts as DatabaseSync[])].filter((db) => db.isOpen);
    expect(open).toHaveLength(1);
    const setting = (name: string) => Object.values(open[0]!.prepare(`PRAGMA ${name}`).get()!)[0];
    expect(setting('journal_mode')).toBe('wal');
    expect(setting('synchronous')).toBe(synchronous);
  },
);

it('why a file cannot be opened is told as a code, in no language', async () => {
  const file = path.join(temporaryFolder(), 'store.db');
  mkdirSync(file);
  await expect(openStorage({ file, durability: 'full' })).rejects.toMatchObject({
    code: 'storage.cannot-open',
    params: { file, reason: 'SQLITE_CANTOPEN' },
  });
});

it('a file that a crash left half made is begun anew, and is no damage', async () => {
  const file = path.join(temporaryFolder(), 'store.db');
  writeFileSync(`${file}.growing`, 'SQLite form');
  const damages: Damage[] = [];
  await using storage = await openStorage({ file, durability: 'full', onDamage: (one) => damages.push(one) });
  await storage.write([storage.store(passages).put('a', { id: 'a', text: '去也' })]);
  expect(damages).toEqual([]);
});
