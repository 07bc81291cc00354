/** A record to keep under its key, or, without one, a key to delete. */
export type Entry = { readonly key: string; readonly record: Uint8Array | undefined };

/** What keeps bytes under keys: SQLite or Redis. Everything else is the same for both. */
export interface Backend {
  /** In the order of `keys`. @throws UserError `storage.unreachable`, `storage.cannot-read` */
  read(keys: readonly string[]): Promise<(Uint8Array | undefined)[]>;
  /** All or nothing, in order, and on disk when it resolves. Each key is there once. @throws UserError as `Storage.write` */
  commit(entries: readonly Entry[]): Promise<void>;
  /** As `Storage.purge`; `alone` runs a job while nothing is written. */
  purge(alone: <T>(job: () => Promise<T>) => Promise<T>): Promise<void>;
  /** Every key that begins with `prefix`, once. */
  keys(prefix: string): AsyncIterable<string>;
  close(): Promise<void>;
}
