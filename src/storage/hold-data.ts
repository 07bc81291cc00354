import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { UserError } from '#errors';
import { accessError, saysBusy } from './sqlite-errors.ts';

/**
 * Claims the data folder for this process until the claim is disposed of or the process ends, however it ends: what is held
 * is a lock of the operating system, by way of an open transaction on `lock.db`. The number of the process lies beside it
 * for whoever comes second, and means nothing without the lock.
 * @throws UserError `storage.in-use`, `storage.cannot-open`, `storage.disk-full`
 */
export function holdData(folder: string): Disposable {
  const file = path.join(folder, 'lock.db');
  const note = path.join(folder, 'lock.pid');
  let db: DatabaseSync | undefined;
  try {
    mkdirSync(folder, { recursive: true });
    db = new DatabaseSync(file, { timeout: 0 });
    db.exec('BEGIN IMMEDIATE');
    writeFileSync(note, `${process.pid}\n`);
  } catch (error) {
    db?.close();
    if (saysBusy(error)) throw new UserError('storage.in-use', { folder, pid: pidIn(note) });
    throw accessError(error, 'storage.cannot-open', file);
  }
  const held = db;
  return {
    [Symbol.dispose]() {
      if (!held.isOpen) return;
      rmSync(note, { force: true });
      held.close();
    },
  };
}

function pidIn(note: string): string {
  try {
    return readFileSync(note, 'utf8').trim();
  } catch {
    // It has the lock, and has not written the note yet.
    return '?';
  }
}
