/** Rids a store file of what is part of no record any more; a thread of its own, since it takes 5 to 25 ms a megabyte. */
import { DatabaseSync } from 'node:sqlite';
import { parentPort, workerData } from 'node:worker_threads';

/** Milliseconds to wait for another connection that reads, such as a backup, or a person's own tool. */
const PATIENCE = 3000;

const { file } = workerData as { file: string };

/** @returns false while somebody still reads what is in the write-ahead log */
const cutLog = (db: DatabaseSync): boolean => db.prepare('PRAGMA wal_checkpoint(TRUNCATE)').get()!.busy === 0;

function purge(): boolean {
  using db = new DatabaseSync(file, { timeout: PATIENCE });
  db.exec('PRAGMA synchronous = FULL');
  // First, since the long part would be for nothing while somebody reads.
  if (!cutLog(db)) return false;
  db.exec('VACUUM');
  return cutLog(db);
}

parentPort!.postMessage(purge());
