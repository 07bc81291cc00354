import { existsSync, mkdirSync, renameSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { lookAtLog } from './log-file.ts';
import { CorruptFile } from './sqlite-errors.ts';
import { syncFile, syncFolder } from './sync-file.ts';

/** Whether a file outlives a power cut (`full`) or may lose its last moments to one (`cache`). */
export type Durability = 'full' | 'cache';

/** Milliseconds to wait for another connection that writes, such as a person's own tool. */
const BUSY = 5000;
/** Bytes up to which a file is checked whole whenever it is opened: 0.1 to 0.2 s once it has been read. */
const CHECKED_BYTES = 128 * 2 ** 20;

const SCHEMA = `CREATE TABLE IF NOT EXISTS record (
  id INTEGER PRIMARY KEY,
  key TEXT NOT NULL UNIQUE,
  value BLOB NOT NULL
) STRICT`;

/** What SQLite keeps beside a file while it is open, or where it was not closed. */
export const besides = (file: string): string[] => [`${file}-wal`, `${file}-shm`];

/** A connection to a file of records, which is made where there is none. Throws what SQLite throws. */
export function connect(file: string, durability: Durability): DatabaseSync {
  mkdirSync(path.dirname(file), { recursive: true });
  const db = new DatabaseSync(file, { timeout: BUSY });
  try {
    db.exec('PRAGMA journal_mode = WAL');
    db.exec(`PRAGMA synchronous = ${durability === 'full' ? 'FULL' : 'NORMAL'}`);
    // What is deleted or overwritten does not stay legible in the file; it costs nothing that could be measured.
    db.exec('PRAGMA secure_delete = ON');
    db.exec(SCHEMA);
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

/**
 * `connect`, with the file looked through first: a file of up to 128 MiB whole, a larger one only where it was not
 * closed, and then without comparing the index. What is damaged later, or was not looked at, shows when it is read.
 * `onCut` is told that the last write was not whole.
 * @throws CorruptFile
 */
export function connectChecked(file: string, durability: Durability, onCut?: () => void): DatabaseSync {
  if (!existsSync(file)) create(file);
  // SQLite takes an empty file for a new database; ours are never empty.
  if (statSync(file).size === 0) throw new CorruptFile('empty');
  const log = besides(file)[0]!;
  const unclosed = existsSync(log);
  const state = durability === 'full' ? lookAtLog(log) : 'whole';
  if (state === 'damaged') throw new CorruptFile('write-ahead log');
  const db = connect(file, durability);
  try {
    if (state === 'cut') {
      // What is left of it goes, so that it is told once.
      db.exec('PRAGMA wal_checkpoint(TRUNCATE)');
      onCut?.();
    }
    const small = statSync(file).size <= CHECKED_BYTES;
    if (small || unclosed) check(db, small ? 'integrity_check' : 'quick_check');
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

/** A new file has its name only once it is whole: what a crash leaves half made is not taken for damage. */
function create(file: string): void {
  const growing = `${file}.growing`;
  for (const rest of [growing, ...besides(growing)]) rmSync(rest, { force: true });
  connect(growing, 'full').close();
  syncFile(growing);
  renameSync(growing, file);
  syncFolder(path.dirname(file));
}

/** @throws CorruptFile */
export function check(db: DatabaseSync, how: 'integrity_check' | 'quick_check'): void {
  const [found] = Object.values(db.prepare(`PRAGMA ${how}(1)`).get() ?? {});
  if (found !== 'ok') throw new CorruptFile(String(found));
}
