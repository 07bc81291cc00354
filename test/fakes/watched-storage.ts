import type { Change, Storage } from '#storage';
import { memoryStorage } from './memory-storage.ts';

export type WatchedStorage = Storage & {
  /** Records that were asked for. */
  reads: number;
  /** Records that were written, in their order. */
  readonly written: string[];
  /** After so many more changes the process is dead: what is left of a write is not done, and nothing more is. */
  dieAfter(changes: number): void;
  /** A process that finds what the dead one left. */
  revive(): void;
};

/** A storage without transactions that can die in the middle of a write, and that counts. */
export function watchedStorage(): WatchedStorage {
  const storage = memoryStorage();
  let left = Number.POSITIVE_INFINITY;
  const watched: WatchedStorage = {
    reads: 0,
    written: [],
    dieAfter: (changes) => {
      left = changes;
    },
    revive: () => {
      left = Number.POSITIVE_INFINITY;
    },
    store(kind) {
      const store = storage.store(kind);
      return {
        ...store,
        get: (key) => {
          watched.reads++;
          return store.get(key);
        },
        getMany: (keys) => {
          watched.reads += keys.length;
          return store.getMany(keys);
        },
      };
    },
    async write(changes: readonly Change[]) {
      for (const change of changes) {
        if (left-- <= 0) throw new Error('dead');
        watched.written.push(`${change.kind.name}/${change.key}`);
        await storage.write([change]);
      }
    },
    purge: () => storage.purge(),
    keys: (kind) => storage.keys(kind),
    [Symbol.asyncDispose]: () => storage[Symbol.asyncDispose](),
  };
  return watched;
}
