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
const TIME = /(\d\d)-(\d\d)-(\d\d)-(\d{3})(?=Z)/;
const OURS = /^\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d-\d{3}Z\.db$/;

export type BackUp = { readonly file: string; readonly records: number };

/**
 * As `copyStore`, and removes all but the `BACKUPS_KEPT` copies that were made last there.
 * @throws UserError as `copyStore`
 */
export async function backUp(file: string, folder: string, now = new Date()): Promise<BackUp> {
  const made = await copyStore(file, folder, now);
  try {
    for (const name of copiesIn(folder).slice(0, -BACKUPS_KEPT)) rmSync(path.join(folder, name));
    syncFolder(folder);
    return made;
  } catch (error) {
    throw accessError(error, 'storage.cannot-write', folder);
  }
}

/**
 * Copies a store file, which may be open and written to meanwhile, into a folder and checks the copy, which has its name only
 * once it is whole and on disk. The name is the present time, or, where the clock was ahead before, a moment behind the
 * newest copy there: names sort in the order in which copies were made, and none is written over.
 * @throws UserError `storage.nothing-kept`, `storage.damaged-file`, `storage.disk-full`, `storage.cannot-write`
 */
export async function copyStore(file: string, folder: string, now = new Date()): Promise<BackUp> {
  if (!existsSync(file)) throw new UserError('storage.nothing-kept', { file });
  let target = folder;
  let part: string | undefined;
  try {
    mkdirSync(folder, { recursive: true });
    target = path.join(folder, nextName(copiesIn(folder).at(-1), now));
    part = `${target}.part`;
    rmSync(part, { force: true });
    {
      using source = new DatabaseSync(file, { timeout: 5000 });
      await backup(source, part, { rate: ALL_PAGES });
    }
    const records = countRecords(part);
    syncFile(part);
    renameSync(part, target);
    syncFolder(folder);
    return { file: target, records };
  } catch (error) {
    if (part) rmSync(part, { force: true });
    if (saysCorrupt(error)) throw new UserError('storage.damaged-file', { file }, { cause: error });
    throw accessError(error, 'storage.cannot-write', target);
  }
}

/** In the order in which they were made. */
const copiesIn = (folder: string): string[] =>
  readdirSync(folder)
    .filter((name) => OURS.test(name))
    .sort();

function nextName(newest: string | undefined, now: Date): string {
  const at = newest?.replace(TIME, '$1:$2:$3.$4');
  const next = new Date(Math.max(now.getTime(), at ? Date.parse(at.slice(0, -'.db'.length)) + 1 || 0 : 0));
  return `${next.toISOString().replaceAll(/[:.]/g, '-')}.db`;
}

/** Checks a closed store file, leaves it as one file without a log beside it, and counts its records. Throws what SQLite throws. */
export function countRecords(file: string): number {
  using db = new DatabaseSync(file);
  db.exec('PRAGMA journal_mode = DELETE');
  check(db, 'integrity_check');
  return Number(db.prepare('SELECT count(*) AS records FROM record').get()!.records);
}
