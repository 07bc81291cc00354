import { copyFileSync, existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { UserError } from '#errors';
import { copyStore, countRecords } from './back-up.ts';
import { holdData } from './hold-data.ts';
import { greet } from './own-records.ts';
import { storeFile } from './place-of.ts';
import { readableRows } from './readable-rows.ts';
import { secretKey } from './record.ts';
import { quarantine, withCopy } from './salvage.ts';
import { openSqlite } from './sqlite.ts';
import { accessError, saysCorrupt } from './sqlite-errors.ts';
import { syncFile, syncFolder } from './sync-file.ts';

/** The kind of the records that say what was erased; they outlive every restore. */
const TOMBSTONES = 'tombstone/';

/** What was restored, and where that which stood there is now; or that a running process will take it at its next start. */
export type Restored = {
  readonly records: number;
  readonly taken: boolean;
  readonly previous: string | undefined;
};

/**
 * Puts a backup in the place of what a data folder keeps; where a process holds the folder, lays it ready for the next start.
 * @throws UserError `storage.not-a-backup`, `storage.key-missing`, `storage.key-wrong`, `storage.newer-layout`, and as `takeRestore`
 */
export async function restore(file: string, folder: string, key?: Uint8Array): Promise<Restored> {
  const records = await layReady(file, folder, key);
  let hold: Disposable;
  try {
    hold = holdData(folder);
  } catch (error) {
    if (error instanceof UserError && error.code === 'storage.in-use')
      return { records, taken: false, previous: undefined };
    throw error;
  }
  using _ = hold;
  const taken = await takeRestore(folder);
  return { records, taken: true, previous: taken?.previous };
}

/**
 * Takes what `restore` laid ready, if anything: for whoever holds the data folder and has not opened the store yet. The
 * tombstones of the present store go into the restored one first, so that what was erased since can be erased again there;
 * the present store becomes a backup, or, where it is damaged, goes to `quarantine/`. Cut off, it begins again the next time.
 * @throws UserError `storage.disk-full`, `storage.cannot-write`
 */
export async function takeRestore(
  folder: string,
): Promise<{ readonly previous: string | undefined } | undefined> {
  const ready = readyIn(folder);
  if (!existsSync(ready)) return undefined;
  const file = storeFile(folder);
  try {
    const previous = existsSync(file) ? await setAside(file, folder, ready) : undefined;
    renameSync(ready, file);
    syncFolder(folder);
    return { previous };
  } catch (error) {
    throw accessError(error, 'storage.cannot-write', file);
  }
}

const readyIn = (folder: string): string => path.join(folder, 'restore.db');

async function layReady(file: string, folder: string, key?: Uint8Array): Promise<number> {
  const ready = readyIn(folder);
  const part = `${ready}.part`;
  try {
    mkdirSync(folder, { recursive: true });
    copyFileSync(file, part);
    const records = countRecords(part);
    const backend = openSqlite({ file: part, durability: 'full' });
    try {
      await greet(backend, key && secretKey(key));
    } finally {
      await backend.close();
    }
    countRecords(part);
    syncFile(part);
    renameSync(part, ready);
    syncFolder(folder);
    return records;
  } catch (error) {
    rmSync(part, { force: true });
    throw accessError(error, 'storage.not-a-backup', file);
  }
}

/** @returns where the present store is now */
async function setAside(file: string, folder: string, ready: string): Promise<string> {
  try {
    using present = new DatabaseSync(file);
    const rows = present.prepare('SELECT key, value FROM record WHERE key >= ? AND key < ?');
    addRows(ready, rows.all(TOMBSTONES, `${TOMBSTONES}\u{10ffff}`) as Row[]);
    // Nothing is removed for it: what is restored may be the oldest copy.
    const { file: previous } = await copyStore(file, path.join(folder, 'backups'));
    // No log may stay behind that would be taken for the restored file's.
    present.exec('PRAGMA journal_mode = DELETE');
    return previous;
  } catch (error) {
    const damaged =
      saysCorrupt(error) || (error instanceof UserError && error.code === 'storage.damaged-file');
    if (!damaged) throw error;
  }
  const rows = withCopy(file, (copy) => [...readableRows(copy).rows]);
  addRows(
    ready,
    rows.filter(({ key }) => key.startsWith(TOMBSTONES)),
  );
  return quarantine(file, new Date());
}

type Row = { readonly key: string; readonly value: Uint8Array };

function addRows(file: string, rows: readonly Row[]): void {
  using db = new DatabaseSync(file);
  const insert = db.prepare(
    'INSERT INTO record (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value',
  );
  db.exec('BEGIN');
  for (const { key, value } of rows) insert.run(key, value);
  db.exec('COMMIT');
}
