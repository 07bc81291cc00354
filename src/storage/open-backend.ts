import type { UserError } from '#errors';
import type { Backend } from './backend.ts';
import type { Damage } from './damage.ts';
import type { RedisAddress } from './redis.ts';
import { openSqlite, type SqliteAddress } from './sqlite.ts';

/** Where records are kept. */
export type StorageAddress = SqliteAddress | RedisAddress;

/** Who is told what. */
export type Listeners = {
  /** Is told of everything that was found damaged. */
  onDamage?: ((damage: Damage) => void) | undefined;
  /** Is told what may lose acknowledged text: `storage.redis-not-durable`, `storage.redis-evicts`. */
  onWarning?: ((warning: UserError) => void) | undefined;
};

/** @throws UserError `storage.cannot-open`, `storage.disk-full`, `storage.unreachable`, `storage.refused` */
export async function openBackend(address: StorageAddress & Listeners): Promise<Backend> {
  if (!('redis' in address)) return openSqlite(address, address.onDamage);
  // Whoever keeps to files does not wait for the client to load.
  const { openRedis } = await import('./redis.ts');
  return openRedis(address, address.onWarning);
}
