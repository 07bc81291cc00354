import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { backup, DatabaseSync } from 'node:sqlite';
import { UserError } from '#errors';
import { accessError, saysCorrupt } from './sqlite-errors.ts';
import { check } from './sqlite-file.ts';
import { syncFile, syncFolder } from './sync-file.ts';

/** Backups that stay in a folder. */
export const BACKUPS_KEPT = 7;
/** All pages in one step: the copy is of one moment, and does not begin again whenever the bot writes. */
const ALL_PAGES = 2 ** 31 - 1;
const OURS = /^\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d-\d{3}Z\.db$/;

export type BackUp = { readonly file: string; readonly records: number };

/**
 * Copies a store file, which may be open and written to meanwhile, into a folder under the present time, checks the copy, and
 * removes all but the newest `BACKUPS_KEPT` of such copies there. It has its name only once it is whole and on disk.
 * @throws UserError `storage.nothing-kept`, `storage.damaged-file`, `storage.disk-full`, `storage.cannot-write`
 */
export async function backUp(file: string, folder: string, now = new Date()): Promise<BackUp> {
  if (!existsSync(file)) throw new UserError('storage.nothing-kept', { file });
  const target = path.join(folder, `${now.toISOString().replaceAll(/[:.]/g, '-')}.db`);
  const part = `${target}.part`;
  try {
    mkdirSync(folder, { recursive: true });
    rmSync(part, { force: true });
    {
      using source = new DatabaseSync(file, { timeout: 5000 });
      await backup(source, part, { rate: ALL_PAGES });
    }
    const records = countRecords(part);
    syncFile(part);
    renameSync(part, target);
    const rest = readdirSync(folder)
      .filter((name) => OURS.test(name))
      .sort();
    for (const name of rest.slice(0, -BACKUPS_KEPT)) rmSync(path.join(folder, name));
    syncFolder(folder);
    return { file: target, records };
  } catch (error) {
    rmSync(part, { force: true });
    if (saysCorrupt(error)) throw new UserError('storage.damaged-file', { file }, { cause: error });
    throw accessError(error, 'storage.cannot-write', target);
  }
}

/** Checks a closed store file, leaves it as one file without a log beside it, and counts its records. Throws what SQLite throws. */
export function countRecords(file: string): number {
  using db = new DatabaseSync(file);
  db.exec('PRAGMA journal_mode = DELETE');
  check(db, 'integrity_check');
  return Number(db.prepare('SELECT count(*) AS records FROM record').get()!.records);
}
