import { UserError } from '#errors';
import type { Change, Kind, Storage, Store } from '#storage';

/** `failNext` refuses the next write and counts nothing of it; `size` is the number of records. */
export type MemoryStorage = Storage & { failNext(error: Error): void; readonly size: number };

type Kept = { readonly version: number; readonly body: string | Uint8Array };

/**
 * A storage in a Map with the semantics of the real ones: what is read is a copy, migrated and checked by its schema; what
 * fails is told once and is absent from then on.
 */
export function memoryStorage(): MemoryStorage {
  const records = new Map<string, Kept>();
  const failures: Error[] = [];

  function read<T>(kind: Kind<T>, key: string): T | undefined {
    const id = `${kind.name}/${key}`;
    const kept = records.get(id);
    if (!kept) return undefined;
    if (kept.version > kind.version) throw new UserError('storage.newer', { kind: kind.name, key });
    let value: unknown = typeof kept.body === 'string' ? JSON.parse(kept.body) : kept.body.slice();
    let cause: unknown;
    for (let version = kept.version; version < kind.version && !cause; version++) {
      const migrate = kind.migrations?.[version];
      if (!migrate) throw new Error(`no migration of ${kind.name} from version ${version}`);
      try {
        value = migrate(value);
      } catch (error) {
        cause = error;
      }
    }
    const checked = kind.schema.safeParse(value);
    if (checked.success && !cause) return checked.data;
    records.delete(id);
    throw new UserError('storage.damaged', { kind: kind.name, key }, { cause: cause ?? checked.error });
  }

  function readMany<T>(kind: Kind<T>, keys: readonly string[]): (T | undefined)[] {
    const errors: unknown[] = [];
    const values = keys.map((key) => {
      try {
        return read(kind, key);
      } catch (error) {
        errors.push(error);
        return undefined;
      }
    });
    if (errors.length > 0) throw errors[0];
    return values;
  }

  return {
    get size() {
      return records.size;
    },
    failNext(error) {
      failures.push(error);
    },
    store<T>(kind: Kind<T>): Store<T> {
      return {
        get: async (key) => read(kind, key),
        getMany: async (keys) => readMany(kind, keys),
        put: (key, value) => ({ kind: kind as Kind<unknown>, key, value: kind.schema.parse(value) }),
        drop: (key) => ({ kind: kind as Kind<unknown>, key, value: undefined }),
        dropDamaged: (key) => ({
          kind: { ...(kind as Kind<unknown>), name: 'quarantine' },
          key: `${kind.name}/${key}`,
          value: undefined,
        }),
      };
    },
    async write(changes: readonly Change[]) {
      const failure = failures.shift();
      if (failure) throw failure;
      for (const { kind, key, value } of changes) {
        const id = `${kind.name}/${key}`;
        const body = value instanceof Uint8Array ? value.slice() : JSON.stringify(value);
        if (value === undefined) records.delete(id);
        else records.set(id, { version: kind.version, body });
      }
    },
    async purge() {},
    async *keys({ name }) {
      const prefix = `${name}/`;
      for (const id of [...records.keys()]) if (id.startsWith(prefix)) yield id.slice(prefix.length);
    },
    async [Symbol.asyncDispose]() {},
  };
}
