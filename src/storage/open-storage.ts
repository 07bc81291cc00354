import type { UserError } from '#errors';
import type { Backend } from './backend.ts';
import type { Damage } from './damage.ts';
import { secretKey } from './record.ts';
import type { RedisAddress } from './redis.ts';
import { openSqlite, type SqliteAddress } from './sqlite.ts';
import { storageOver } from './storage-over.ts';
import type { Storage } from './store.ts';

/** Where records are kept. */
export type StorageAddress = SqliteAddress | RedisAddress;

export type StorageOptions = StorageAddress & {
  /** 32 bytes: what is written from now on is encrypted with AES-256-GCM. */
  readonly key?: Uint8Array | undefined;
  /** Is told of everything that was found damaged. */
  onDamage?(damage: Damage): void;
  /** Is told what may lose acknowledged text: `storage.redis-not-durable`, `storage.redis-evicts`. */
  onWarning?(warning: UserError): void;
};

/**
 * Opens the records at an address; closing it waits for what is being written.
 * @throws UserError `storage.cannot-open`, `storage.disk-full`, `storage.unreachable`, `storage.refused`
 */
export async function openStorage(options: StorageOptions): Promise<Storage> {
  const { key, onDamage } = options;
  return storageOver(await openBackend(options), {
    secret: key && secretKey(key),
    ...(onDamage && { onDamage }),
  });
}

async function openBackend(options: StorageOptions): Promise<Backend> {
  if (!('redis' in options)) return openSqlite(options);
  // Whoever keeps to files does not wait for the client to load.
  const { openRedis } = await import('./redis.ts');
  return openRedis(options, options.onWarning);
}
