import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import type { Backend, Entry } from './backend.ts';
import { accessError } from './sqlite-errors.ts';

/** A file of records; `full` outlives a power cut, `cache` may lose its last moments to one. */
export type SqliteAddress = { readonly file: string; readonly durability: 'full' | 'cache' };

/** Milliseconds to wait for another connection that writes, such as a person's own tool. */
const BUSY = 5000;
/** Keys read at once when walking. */
const PAGE = 1000;
/** Behind every key that begins with a prefix, in the order of UTF-8 bytes. */
const BEHIND = '\u{10ffff}';

const SCHEMA = `CREATE TABLE IF NOT EXISTS record (
  id INTEGER PRIMARY KEY,
  key TEXT NOT NULL UNIQUE,
  value BLOB NOT NULL
) STRICT`;

/**
 * A SQLite file with a write-ahead log as a backend.
 * @throws UserError `storage.cannot-open`, `storage.disk-full`
 */
export function openSqlite({ file, durability }: SqliteAddress): Backend {
  const db = guarded('storage.cannot-open', () => connect(file, durability));
  const statements = prepare(db);

  function guarded<T>(code: string, action: () => T): T {
    try {
      return action();
    } catch (error) {
      throw accessError(error, code, file);
    }
  }

  return {
    read: async (keys) =>
      guarded('storage.cannot-read', () =>
        keys.map((key) => statements.get.get(key)?.value as Uint8Array | undefined),
      ),
    commit: async (entries) => guarded('storage.cannot-write', () => commit(db, statements, entries)),
    async *keys(prefix) {
      for (let last = prefix, found = PAGE; found === PAGE; ) {
        const page = guarded('storage.cannot-read', () => statements.page.all(last, prefix + BEHIND, PAGE));
        for (const { key } of page) yield key as string;
        last = (page.at(-1)?.key ?? last) as string;
        found = page.length;
      }
    },
    close: async () => db.close(),
  };
}

function connect(file: string, durability: 'full' | 'cache'): DatabaseSync {
  mkdirSync(path.dirname(file), { recursive: true });
  const db = new DatabaseSync(file, { timeout: BUSY });
  try {
    db.exec('PRAGMA journal_mode = WAL');
    db.exec(`PRAGMA synchronous = ${durability === 'full' ? 'FULL' : 'NORMAL'}`);
    // What is deleted or overwritten does not stay legible in the file.
    if (durability === 'full') db.exec('PRAGMA secure_delete = ON');
    db.exec(SCHEMA);
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

type Statements = Readonly<Record<'get' | 'set' | 'delete' | 'page', StatementSync>>;

const prepare = (db: DatabaseSync): Statements => ({
  get: db.prepare('SELECT value FROM record WHERE key = ?'),
  set: db.prepare(
    'INSERT INTO record (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value',
  ),
  delete: db.prepare('DELETE FROM record WHERE key = ?'),
  page: db.prepare('SELECT key FROM record WHERE key > ? AND key < ? ORDER BY key LIMIT ?'),
});

function commit(db: DatabaseSync, statements: Statements, entries: readonly Entry[]): void {
  db.exec('BEGIN IMMEDIATE');
  try {
    for (const { key, record } of entries) {
      if (record) statements.set.run(key, record);
      else statements.delete.run(key);
    }
    db.exec('COMMIT');
  } catch (error) {
    // A full disk ends the transaction by itself.
    if (db.isTransaction) db.exec('ROLLBACK');
    throw error;
  }
}
