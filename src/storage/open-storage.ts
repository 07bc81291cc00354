import type { Damage } from './damage.ts';
import { secretKey } from './record.ts';
import { openSqlite, type SqliteAddress } from './sqlite.ts';
import { storageOver } from './storage-over.ts';
import type { Storage } from './store.ts';

/** Where records are kept. */
export type StorageAddress = SqliteAddress;

export type StorageOptions = StorageAddress & {
  /** 32 bytes: what is written from now on is encrypted with AES-256-GCM. */
  readonly key?: Uint8Array | undefined;
  /** Is told of everything that was found damaged. */
  onDamage?(damage: Damage): void;
};

/**
 * Opens the records at an address; closing it waits for what is being written.
 * @throws UserError `storage.cannot-open`, `storage.disk-full`
 */
export async function openStorage(options: StorageOptions): Promise<Storage> {
  const { key, onDamage } = options;
  return storageOver(openSqlite(options), {
    secret: key && secretKey(key),
    ...(onDamage && { onDamage }),
  });
}
