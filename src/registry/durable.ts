import { randomUUID } from 'node:crypto';
import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { refusedWriting } from '#lstm';

const MARK = '.tmp-';
/** How often something is begun anew whose unfinished files another process has swept away. */
export const ATTEMPTS = 5;

/** A name for what is not finished, or not wanted any more. */
export const temporaryIn = (folder: string): string => join(folder, `${MARK}${randomUUID()}`);

export function flush(path: string): void {
  const opened = openSync(path, 'r');
  try {
    fsyncSync(opened);
  } finally {
    closeSync(opened);
  }
}

/**
 * Makes a folder and those above it, if they are not there.
 * @throws UserError `model.disk-full`, `model.cannot-write`
 */
export function makeFolder(folder: string): void {
  try {
    const first = mkdirSync(resolve(folder), { recursive: true });
    if (first === undefined) return;
    for (let made = resolve(folder); made !== dirname(first); made = dirname(made)) flush(dirname(made));
  } catch (cause) {
    throw refusedWriting(folder, cause);
  }
}

/**
 * Writes a small file so that at any moment the old or the new content stands under `path`, also when several
 * processes write it.
 * @throws UserError `model.disk-full`, `model.cannot-write`
 */
export function replaceFile(path: string, content: string): void {
  for (let attempt = 1; ; attempt++) {
    const beside = temporaryIn(dirname(path));
    try {
      writeFileSync(beside, content, { flag: 'wx', flush: true });
      renameSync(beside, path);
      flush(dirname(path));
      return;
    } catch (cause) {
      removeIfPossible(beside);
      if ((cause as NodeJS.ErrnoException).code === 'ENOENT' && attempt < ATTEMPTS) continue;
      throw refusedWriting(path, cause);
    }
  }
}

/**
 * Takes a folder or file away in one step, then deletes it.
 * @throws what the file system refuses
 */
export function discard(path: string): void {
  const aside = temporaryIn(dirname(path));
  renameSync(path, aside);
  flush(dirname(path));
  removeIfPossible(aside);
}

/**
 * Deletes what was left unfinished in a folder. Each is renamed first, so that whoever is still at it (another process)
 * either finishes before or begins anew, and never finishes something half deleted. In a folder that may only be read
 * nothing happens.
 */
export function sweep(folder: string): void {
  let names: string[] = [];
  try {
    names = readdirSync(folder);
  } catch {}
  for (const name of names.filter((entry) => entry.startsWith(MARK))) {
    const aside = temporaryIn(folder);
    try {
      renameSync(join(folder, name), aside);
    } catch {
      continue;
    }
    removeIfPossible(aside);
  }
}

/** What cannot be removed now is swept at a later start. */
export function removeIfPossible(path: string): void {
  try {
    rmSync(path, { recursive: true, force: true });
  } catch {}
}
