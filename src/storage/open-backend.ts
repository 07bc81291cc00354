import type { Backend } from './backend.ts';
import type { Listeners } from './damage.ts';
import type { RedisAddress } from './redis.ts';
import { openSqlite, type SqliteAddress } from './sqlite.ts';

/** Where records are kept. */
export type StorageAddress = SqliteAddress | RedisAddress;

/** @throws UserError `storage.cannot-open`, `storage.disk-full`, `storage.unreachable`, `storage.refused` */
export async function openBackend(address: StorageAddress & Listeners): Promise<Backend> {
  if (!('redis' in address)) return openSqlite(address, address);
  // Whoever keeps to files does not wait for the client to load.
  const { openRedis } = await import('./redis.ts');
  return openRedis(address, address.onWarning);
}
