import { UserError } from '#errors';
import type { Listeners } from './damage.ts';
import { openBackend, type StorageAddress } from './open-backend.ts';
import { greet } from './own-records.ts';
import { secretKey } from './record.ts';
import { storageOver } from './storage-over.ts';
import type { Storage } from './store.ts';

export type StorageOptions = StorageAddress &
  Listeners & {
    /** 32 bytes: what is written from now on is encrypted with AES-256-GCM. */
    readonly key?: Uint8Array | undefined;
  };

/** What a cache need not be kept for. */
const OTHERS = ['storage.key-missing', 'storage.key-wrong', 'storage.newer-layout'];

/**
 * Opens the records at an address; closing it waits for what is being written. A cache that another key or a newer xuxie
 * filled is emptied.
 * @throws UserError `storage.cannot-open`, `storage.disk-full`, `storage.unreachable`, `storage.refused`,
 *   `storage.key-missing`, `storage.key-wrong`, `storage.newer-layout`
 */
export async function openStorage(options: StorageOptions): Promise<Storage> {
  const secret = options.key && secretKey(options.key);
  const backend = await openBackend(options);
  try {
    try {
      await greet(backend, secret);
    } catch (error) {
      const foreign = error instanceof UserError && OTHERS.includes(error.code);
      if (!foreign || options.durability !== 'cache') throw error;
      for await (const key of backend.keys('')) await backend.commit([{ key, record: undefined }]);
      await greet(backend, secret);
    }
  } catch (error) {
    await backend.close();
    throw error;
  }
  return storageOver(backend, { secret, onDamage: options.onDamage });
}
