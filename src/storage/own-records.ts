import type { KeyObject } from 'node:crypto';
import { z } from 'zod';
import { UserError } from '#errors';
import type { Backend } from './backend.ts';
import { DamagedRecord, isEncrypted, openRecord, sealRecord } from './record.ts';

/** Kinds that the storage keeps for itself. */
export const RESERVED = { quarantine: 'quarantine', own: 'storage' } as const;

/** How records are laid out; rises when an older xuxie could not read them. */
const LAYOUT = 1;
/** Says the layout and whether there is a key; never encrypted. */
const ABOUT = `${RESERVED.own}/about`;
/** What only the key of this store decrypts. */
const CHECK = `${RESERVED.own}/check`;
/** Encrypted records of which one must open when the check does not: it may be damaged itself. */
const WITNESSES = 16;

const about = z.object({ layout: z.number(), encrypted: z.boolean() });

/**
 * Whether anything in the store is encrypted. A store that has lost what it says of itself is looked through.
 * @throws UserError `storage.newer-layout`
 */
export async function holdsEncrypted(backend: Backend): Promise<boolean> {
  const said = readAbout((await backend.read([ABOUT]))[0]);
  if (said) return said.encrypted;
  for await (const _ of encryptedRecords(backend)) return true;
  return false;
}

/**
 * Makes sure, before anything is written, that the store can be read and that this is its key; then notes layout and key.
 * Plain records stay readable when a key comes later, and are encrypted when they are written next.
 * @throws UserError `storage.newer-layout`, `storage.key-missing`, `storage.key-wrong`
 */
export async function greet(backend: Backend, secret?: KeyObject): Promise<void> {
  const encrypted = await holdsEncrypted(backend);
  if (encrypted && !secret) throw new UserError('storage.key-missing');
  const [noted, check] = await backend.read([ABOUT, CHECK]);
  const checked = check !== undefined && decrypts(CHECK, check, secret);
  if (encrypted && !checked && !(await someDecrypts(backend, secret)))
    throw new UserError('storage.key-wrong');

  const said = readAbout(noted);
  const seal = (key: string, value: unknown, by?: KeyObject) => ({
    key,
    record: sealRecord(key, { version: 1, value }, by),
  });
  const missing = [
    ...(said?.encrypted === Boolean(secret)
      ? []
      : [seal(ABOUT, { layout: LAYOUT, encrypted: Boolean(secret) })]),
    ...(checked || !secret ? [] : [seal(CHECK, {}, secret)]),
  ];
  if (missing.length > 0) await backend.commit(missing);
}

function readAbout(record?: Uint8Array): z.infer<typeof about> | undefined {
  try {
    const said = record && about.parse(openRecord(ABOUT, record).value);
    if (said && said.layout > LAYOUT) throw new UserError('storage.newer-layout');
    return said;
  } catch (error) {
    if (error instanceof UserError) throw error;
    return undefined;
  }
}

async function* encryptedRecords(backend: Backend) {
  for await (const key of backend.keys('')) {
    const [record] = await backend.read([key]);
    if (record && isEncrypted(record)) yield { key, record };
  }
}

async function someDecrypts(backend: Backend, secret?: KeyObject): Promise<boolean> {
  let tried = 0;
  for await (const { key, record } of encryptedRecords(backend)) {
    if (decrypts(key, record, secret)) return true;
    if (++tried === WITNESSES) break;
  }
  return false;
}

function decrypts(key: string, record: Uint8Array, secret?: KeyObject): boolean {
  try {
    openRecord(key, record, secret);
    return isEncrypted(record);
  } catch (error) {
    if (error instanceof DamagedRecord) return false;
    throw error;
  }
}
