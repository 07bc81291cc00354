import type { KeyObject } from 'node:crypto';
import { z } from 'zod';
import { UserError } from '#errors';
import type { Backend } from './backend.ts';
import { Committer } from './committer.ts';
import type { Damage } from './damage.ts';
import { keyvOver } from './keyv.ts';
import { RESERVED } from './own-records.ts';
import { DamagedRecord, openRecord, sealRecord } from './record.ts';
import type { Change, Kind, Storage, Store } from './store.ts';

/** The storage over a backend: records sealed and opened, writes gathered, damage set aside. */
export function storageOver(
  backend: Backend,
  {
    secret,
    onDamage,
  }: { readonly secret?: KeyObject | undefined; onDamage?: ((damage: Damage) => void) | undefined },
): Storage {
  const keyv = keyvOver(backend);
  const committer = new Committer(async (entries) => {
    await keyv.setMany(entries.map(({ key, record }) => ({ key, value: record })));
  });

  async function getMany<T>(kind: Kind<T>, keys: readonly string[]): Promise<(T | undefined)[]> {
    const ids = keys.map((key) => idOf(kind, key));
    const records = ids.length > 0 ? await keyv.getMany<Uint8Array>(ids) : [];
    const damaged: { key: string; record: Uint8Array; error: DamagedRecord }[] = [];
    const values = records.map((record, i) => {
      if (record === undefined) return undefined;
      try {
        return read(kind, keys[i]!, record, secret);
      } catch (error) {
        if (!(error instanceof DamagedRecord)) throw error;
        damaged.push({ key: keys[i]!, record, error });
        return undefined;
      }
    });
    for (const { key, record } of damaged) await setAside(kind, key, record);
    if (damaged[0]) {
      const { key, error } = damaged[0];
      throw new UserError('storage.damaged', { kind: kind.name, key }, { cause: error });
    }
    return values;
  }

  /** Moves a damaged record out of the way, unless it was written anew meanwhile. */
  async function setAside(kind: Kind<unknown>, key: string, record: Uint8Array): Promise<void> {
    const id = idOf(kind, key);
    await committer.alone(async () => {
      const present = await keyv.get<Uint8Array>(id);
      if (!present || Buffer.compare(present, record) !== 0) return;
      await keyv.setMany([
        { key: `${RESERVED.quarantine}/${id}`, value: record },
        { key: id, value: undefined },
      ]);
      onDamage?.({ kind: kind.name, key });
    });
  }

  return {
    store<T>(kind: Kind<T>): Store<T> {
      const plain = kind as Kind<unknown>;
      if (!/^[a-z]+$/.test(kind.name) || Object.values<string>(RESERVED).includes(kind.name))
        throw new Error(`"${kind.name}" cannot be the name of a kind`);
      return {
        get: async (key) => (await getMany(kind, [key]))[0],
        getMany: (keys) => getMany(kind, keys),
        // Checked on the way in too: what the schema refuses would be taken for damage on the way out.
        put: (key, value) => ({ kind: plain, key, value: kind.schema.parse(value) }),
        drop: (key) => ({ kind: plain, key, value: undefined }),
        dropDamaged: (key) => ({ kind: setAsideKind, key: idOf(kind, key), value: undefined }),
      };
    },
    async write(changes) {
      if (changes.length > 0) await committer.write(changes.map((change) => entryOf(change, secret)));
    },
    purge: () => backend.purge((job) => committer.alone(job)),
    async *keys({ name }) {
      for await (const id of backend.keys(`${name}/`)) yield id.slice(name.length + 1);
    },
    async [Symbol.asyncDispose]() {
      await committer.settle();
      await keyv.disconnect();
    },
  };
}

/** What was found damaged, under its id. */
const setAsideKind: Kind<unknown> = { name: RESERVED.quarantine, version: 1, schema: z.unknown() };

const idOf = (kind: Pick<Kind<unknown>, 'name'>, key: string): string => `${kind.name}/${key}`;

function entryOf({ kind, key, value }: Change, secret?: KeyObject) {
  const id = idOf(kind, key);
  const record = value === undefined ? undefined : sealRecord(id, { version: kind.version, value }, secret);
  return { key: id, record };
}

function read<T>(kind: Kind<T>, key: string, record: Uint8Array, secret?: KeyObject): T {
  const opened = openRecord(idOf(kind, key), record, secret);
  if (opened.version > kind.version) throw new UserError('storage.newer', { kind: kind.name, key });
  let { value } = opened;
  for (let version = opened.version; version < kind.version; version++) {
    const migrate = kind.migrations?.[version];
    if (!migrate) throw new Error(`no migration of ${kind.name} from version ${version}`);
    try {
      value = migrate(value);
    } catch (error) {
      throw new DamagedRecord(`does not migrate from version ${version}`, { cause: error });
    }
  }
  const checked = kind.schema.safeParse(value);
  if (!checked.success) throw new DamagedRecord('schema', { cause: checked.error });
  return checked.data;
}
