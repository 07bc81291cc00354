export { BACKUPS_KEPT, type BackUp, backUp } from './back-up.ts';
export type { Damage } from './damage.ts';
export { holdData } from './hold-data.ts';
export type { StorageAddress } from './open-backend.ts';
export { openStorage, type StorageOptions } from './open-storage.ts';
export { placeOf, storeFile } from './place-of.ts';
export { readKey } from './read-key.ts';
export { type Restored, restore, takeRestore } from './restore.ts';
export type { Change, Kind, Storage, Store } from './store.ts';
