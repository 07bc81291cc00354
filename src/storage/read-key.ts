import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { UserError } from '#errors';
import { openBackend } from './open-backend.ts';
import type { StorageOptions } from './open-storage.ts';
import { holdsEncrypted } from './own-records.ts';
import { accessError } from './sqlite-errors.ts';

const BYTES = 32;

/**
 * The key in a file: 32 bytes, in hexadecimal or base64. Where a store is named, a file that is not there is made, readable by
 * its owner alone, as long as nothing in that store needs another one.
 * @throws UserError `storage.key-malformed`, `storage.key-lost`, `storage.key-inside`, `storage.cannot-open`, and what
 *   opening the store throws
 */
export async function readKey(file: string, store?: StorageOptions): Promise<Uint8Array> {
  if (store && 'file' in store && isWithin(path.dirname(store.file), file))
    throw new UserError('storage.key-inside', { file, folder: path.dirname(store.file) });
  try {
    return keyIn(readFileSync(file, 'utf8'), file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT')
      throw accessError(error, 'storage.cannot-open', file);
  }
  if (!store) throw new UserError('storage.key-lost', { file });
  const backend = await openBackend(store);
  try {
    if (await holdsEncrypted(backend)) throw new UserError('storage.key-lost', { file });
  } finally {
    await backend.close();
  }
  return makeKey(file);
}

function keyIn(text: string, file: string): Uint8Array {
  const written = text.trim();
  const bytes = /^[0-9a-f]{64}$/i.test(written)
    ? Buffer.from(written, 'hex')
    : Buffer.from(written, 'base64');
  if (bytes.length !== BYTES || !/^[\w+/-]+=?$/.test(written))
    throw new UserError('storage.key-malformed', { file });
  return new Uint8Array(bytes);
}

function makeKey(file: string): Uint8Array {
  const bytes = randomBytes(BYTES);
  try {
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, `${bytes.toString('base64')}\n`, { mode: 0o600, flag: 'wx', flush: true });
  } catch (error) {
    // Half a key would be taken for a wrong one the next time; somebody else's file is not ours to remove.
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') rmSync(file, { force: true });
    throw accessError(error, 'storage.cannot-write', file);
  }
  return new Uint8Array(bytes);
}

function isWithin(folder: string, file: string): boolean {
  const relative = path.relative(path.resolve(folder), path.resolve(file));
  return relative !== '' && relative.split(path.sep)[0] !== '..' && !path.isAbsolute(relative);
}
