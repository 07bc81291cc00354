import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
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
    if (existsSync(beside)) rmSync(beside);
    const { code } = cause as NodeJS.ErrnoException;
    if (code === 'ENOSPC' || code === 'EDQUOT') throw new UserError('model.disk-full', { path }, { cause });
    throw new UserError('model.cannot-write', { path, reason: code ?? 'unknown' }, { cause });
  }
}
