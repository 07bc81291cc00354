export type { Damage } from './damage.ts';
export { openStorage, type StorageAddress, type StorageOptions } from './open-storage.ts';
export type { Change, Kind, Storage, Store } from './store.ts';
