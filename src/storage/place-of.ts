import path from 'node:path';
import type { StorageAddress } from './open-backend.ts';

/** The file in the data folder that keeps everything but caches. */
export const storeFile = (data: string): string => path.join(data, 'xuxie.db');

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
  return store ? { redis: store, namespace: 'xuxie' } : { file: storeFile(data), durability: 'full' };
}
