import path from 'node:path';
import type { StorageAddress } from './open-backend.ts';

/**
 * Where everything but caches is kept: in Redis where `store` names one, else in the data folder. It is not told here whether
 * the address is one.
 */
export function placeOf({
  data,
  store,
}: {
  readonly data: string;
  readonly store?: string | undefined;
}): StorageAddress {
  return store
    ? { redis: store, namespace: 'xuxie' }
    : { file: path.join(data, 'xuxie.db'), durability: 'full' };
}
