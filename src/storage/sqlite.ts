import { once } from 'node:events';
import { rmSync } from 'node:fs';
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { Worker } from 'node:worker_threads';
import { UserError } from '#errors';
import type { Backend, Entry } from './backend.ts';
import type { Damage, Listeners } from './damage.ts';
import { finishSalvage, salvage } from './salvage.ts';
import { accessError, saysCorrupt } from './sqlite-errors.ts';
import { besides, connectChecked, type Durability } from './sqlite-file.ts';

export type SqliteAddress = { readonly file: string; readonly durability: Durability };

/** Keys read at once when walking. */
const PAGE = 1000;
const PURGE = new URL('./purge-worker.ts', import.meta.url);
/** Behind every key that begins with a prefix, in the order of UTF-8 bytes. */
const BEHIND = '\u{10ffff}';

/**
 * A SQLite file with a write-ahead log as a backend. A file that is found damaged, now or at any access, is replaced by a
 * fresh one with what can still be read, or, as a cache, by an empty one; what was asked is then asked of that.
 * @throws UserError `storage.cannot-open`, `storage.disk-full`
 */
export function openSqlite(
  { file, durability }: SqliteAddress,
  { onDamage, onWarning }: Listeners = {},
): Backend {
  const open = (): Opened => {
    finishSalvage(file, new Date());
    const db = connectChecked(file, durability, () =>
      onWarning?.(new UserError('storage.cut-off', { file })),
    );
    return { db, ...prepare(db) };
  };
  let opened: Opened | undefined;

  /** `attempt`, again on a fresh file where the present one turns out to be damaged. */
  function access<T>(code: string, attempt: (opened: Opened) => T): T {
    try {
      try {
        opened ??= open();
        return attempt(opened);
      } catch (error) {
        if (!saysCorrupt(error)) throw error;
        closeQuietly(opened?.db);
        opened = undefined;
        replace(file, durability, onDamage);
        opened = open();
        return attempt(opened);
      }
    } catch (error) {
      throw accessError(error, code, file);
    }
  }

  access('storage.cannot-open', () => {});
  return {
    read: async (keys) =>
      access('storage.cannot-read', ({ get }) =>
        keys.map((key) => get.get(key)?.value as Uint8Array | undefined),
      ),
    commit: async (entries) => access('storage.cannot-write', (opened) => commit(opened, entries)),
    purge: async (alone) => {
      let failure = await alone(() => purge(file));
      access('storage.cannot-write', () => {
        const error = failure;
        // A file that turned out to be damaged is replaced; nothing that was erased is in the fresh one.
        failure = undefined;
        if (error) throw error;
      });
    },
    async *keys(prefix) {
      for (let last = prefix, found = PAGE; found === PAGE; ) {
        const rows = access('storage.cannot-read', ({ page }) => page.all(last, prefix + BEHIND, PAGE));
        for (const { key } of rows) yield key as string;
        last = (rows.at(-1)?.key ?? last) as string;
        found = rows.length;
      }
    },
    close: async () => {
      if (opened?.db.isOpen) opened.db.close();
    },
  };
}

type Opened = { readonly db: DatabaseSync } & Readonly<
  Record<'get' | 'set' | 'remove' | 'page', StatementSync>
>;

const prepare = (db: DatabaseSync) => ({
  get: db.prepare('SELECT value FROM record WHERE key = ?'),
  set: db.prepare(
    'INSERT INTO record (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value',
  ),
  remove: db.prepare('DELETE FROM record WHERE key = ?'),
  page: db.prepare('SELECT key FROM record WHERE key > ? AND key < ? ORDER BY key LIMIT ?'),
});

function commit({ db, set, remove }: Opened, entries: readonly Entry[]): void {
  db.exec('BEGIN IMMEDIATE');
  try {
    for (const { key, record } of entries) {
      if (record) set.run(key, record);
      else remove.run(key);
    }
    db.exec('COMMIT');
  } catch (error) {
    // A full disk ends the transaction by itself.
    if (db.isTransaction) db.exec('ROLLBACK');
    throw error;
  }
}

/**
 * What is deleted is overwritten in the file (`secure_delete`). The log holds what it was until it is cut off; and where SQLite
 * moved a record to another page, the unused part of the old page holds it (4 of 6,871 records, written over at random) until
 * the file is written anew. That happens on another thread: whoever reads is served meanwhile, and who writes waits for it.
 * @returns what went wrong, if anything
 */
async function purge(file: string): Promise<unknown> {
  try {
    const [purged] = await once(new Worker(PURGE, { workerData: { file } }), 'message');
    return purged ? undefined : new UserError('storage.not-purged', { place: file, reason: 'read' });
  } catch (error) {
    return error;
  }
}

function replace(file: string, durability: Durability, onDamage?: (damage: Damage) => void): void {
  if (durability === 'cache') {
    for (const part of [file, ...besides(file)]) rmSync(part, { force: true });
    onDamage?.({ file, movedTo: undefined, recovered: 0, lost: undefined });
    return;
  }
  const { movedTo, recovered, lost } = salvage(file, new Date());
  onDamage?.({ file, movedTo, recovered, lost: lost?.length });
  for (const id of lost ?? []) {
    const [kind = '', ...key] = id.split('/');
    onDamage?.({ kind, key: key.join('/') });
  }
}

function closeQuietly(db?: DatabaseSync): void {
  try {
    if (db?.isOpen) db.close();
  } catch {
    // It cannot even be closed; what it holds is read from the file.
  }
}
