import Keyv, { type KeyvStorageEntry, type KeyvStorageGetResult, keyvStorageCapability } from 'keyv';
import type { Backend } from './backend.ts';

type Wrapped = { readonly value?: Uint8Array };

/**
 * Keyv over a backend. Its own serialisation is off, since it would turn bytes into base64: values arrive wrapped as
 * `{ value }`. A `value` of `undefined` in `setMany` deletes, which Keyv has no word for within one transaction. The
 * adapter has no `on`: Keyv would listen to it, and with no listener of ours what the adapter throws is what Keyv's
 * methods reject with.
 */
export function keyvOver(backend: Backend): Keyv {
  const setMany = async (entries: KeyvStorageEntry<Wrapped>[]): Promise<boolean[]> => {
    await backend.commit(entries.map(({ key, value }) => ({ key, record: value.value })));
    return entries.map(() => true);
  };
  const getMany = async (keys: string[]): Promise<KeyvStorageGetResult<Uint8Array | undefined>[]> =>
    (await backend.read(keys)).map((value) => value && { value });
  const deleteMany = (keys: string[]) => setMany(keys.map((key) => ({ key, value: {} })));
  const hasMany = async (keys: string[]) => (await backend.read(keys)).map((value) => value !== undefined);
  const adapter = {
    get capabilities() {
      return keyvStorageCapability(adapter);
    },
    getMany,
    setMany,
    deleteMany,
    hasMany,
    get: async (key: string) => (await getMany([key]))[0],
    has: async (key: string) => (await hasMany([key]))[0]!,
    set: async (key: string, value: Wrapped) => (await setMany([{ key, value }]))[0]!,
    delete: async (key: string) => (await deleteMany([key]))[0]!,
    clear: async () => {
      for await (const key of backend.keys('')) await deleteMany([key]);
    },
    disconnect: () => backend.close(),
  };
  return new Keyv({ store: adapter, serialization: false });
}
