/** What a store must do; types only. */
import type { ZodType } from 'zod';

/** One kind of record: its name, its schema, and how older versions of it become today's. */
export type Kind<T> = {
  /** The first part of every key; lower-case letters. */
  readonly name: string;
  /** Rises when the schema changes. */
  readonly version: number;
  /** What a record must be on the way in and out; of what it gives out it must accept everything. */
  readonly schema: ZodType<T>;
  /** By the version that they read: the step from it to the next. */
  readonly migrations?: Readonly<Record<number, (record: unknown) => unknown>>;
};

/** A write that is not done yet; see `Storage.write`. */
export type Change = {
  readonly kind: Kind<unknown>;
  readonly key: string;
  /** `undefined` deletes. */
  readonly value: unknown;
};

/** The records of one kind. */
export interface Store<T> {
  /**
   * @throws UserError `storage.damaged` for a record that cannot be read, which is set aside: from then on it is not there;
   *   `storage.newer`, `storage.cannot-read`, `storage.unreachable`
   */
  get(key: string): Promise<T | undefined>;
  /** As `get`, in the order of `keys`. */
  getMany(keys: readonly string[]): Promise<(T | undefined)[]>;
  /** A write for `Storage.write`. What the schema refuses is a bug, and is thrown here. */
  put(key: string, value: T): Change;
  /** A deletion for `Storage.write`. */
  drop(key: string): Change;
  /** A deletion of what was set aside of a damaged record, and of that alone. */
  dropDamaged(key: string): Change;
}

export interface Storage extends AsyncDisposable {
  store<T>(kind: Kind<T>): Store<T>;
  /**
   * Writes in the order of `changes` and behind everything written before; resolves when all of it is on disk. Writes
   * that come within a moment of each other share one transaction.
   * @throws UserError `storage.disk-full`, `storage.cannot-write`, `storage.refused`, `storage.unreachable`: then none of it
   *   counts; but a Redis server that goes away after storing it and before saying so leaves that open
   */
  write(changes: readonly Change[]): Promise<void>;
  /**
   * Resolves when nothing that was overwritten or deleted can be read from the store's files any more, such as from a log that
   * is kept beside them.
   * @throws UserError `storage.not-purged` while something else reads there, or a server takes too long; as `write`
   */
  purge(): Promise<void>;
  /** The keys of a kind, in no promised order, read in pages. */
  keys(kind: Pick<Kind<unknown>, 'name'>): AsyncIterable<string>;
}
