import { closeSync, fsyncSync, mkdirSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { UserError } from '#errors';

/**
 * Writes a file so that after a crash at any moment either the old or the new content stands under `path`:
 * beside it, flushed to the disk, then renamed.
 * @throws UserError `model.disk-full`, `model.cannot-write`
 */
export function writeAtomically(path: string, content: Uint8Array): void {
  const beside = `${path}.new`;
  try {
    mkdirSync(dirname(path), { recursive: true });
    const file = openSync(beside, 'w');
    try {
      for (let at = 0; at < content.length; ) at += writeSync(file, content, at);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(beside, path);
    const folder = openSync(dirname(path), 'r');
    fsyncSync(folder);
    closeSync(folder);
  } catch (cause) {
    removeIfPossible(beside);
    throw refusedWriting(path, cause);
  }
}

/** What the user is told when the file system refuses to write `path`: `model.disk-full`, `model.cannot-write`. */
export function refusedWriting(path: string, cause: unknown): UserError {
  const { code } = cause as NodeJS.ErrnoException;
  if (code === 'ENOSPC' || code === 'EDQUOT') return new UserError('model.disk-full', { path }, { cause });
  return new UserError('model.cannot-write', { path, reason: code ?? 'unknown' }, { cause });
}

/** A rest that cannot be removed is no reason to hide why it is one. */
function removeIfPossible(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {}
}
