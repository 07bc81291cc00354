import { closeSync, existsSync, fstatSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { mendLog } from './log-file.ts';
import { isSqliteError } from './sqlite-errors.ts';
import { besides, connect } from './sqlite-file.ts';

/** Bytes of a page, SQLite's default; and where the file format (sqlite.org/fileformat2.html) puts what is used here. */
const PAGE = 4096;
const WRITE_VERSION = 18;
const CHANGE_COUNTER = 24;
const VERSION_VALID_FOR = 92;
/** First byte of a page that holds rows of a table. */
const TABLE_LEAF = 13;
/** The root of our table in every file of ours, whose schema never changes: the first thing that was made in it. */
const ROOT = 2;

type Row = { readonly key: string; readonly value: Uint8Array };

/** What a damaged file still gives. `lost` are keys that its index names without a row; `undefined` if that is damaged too. */
export type Readable = { readonly rows: Iterable<Row>; readonly lost: () => readonly string[] | undefined };

/**
 * Reads the rows of a damaged file, which it changes: a copy. A page that holds rows is read by itself, by putting it in the
 * place of the table's root, so that nothing above it need be sound. 0.05 ms a page. What was deleted is not found again: SQLite
 * was told to overwrite it.
 */
export function readableRows(copy: string): Readable {
  foldLog(copy);
  mendFirstPage(copy, 'rollback');
  const { ids, complete } = keyNames(copy);
  const missing = new Map(ids);
  function* rows(): Generator<Row> {
    for (const _ of leavesAsRoot(copy)) {
      using db = new DatabaseSync(copy);
      for (const { id, key, value } of bothEnds(db, 'SELECT id, key, value FROM record ORDER BY id')) {
        if (typeof key !== 'string' || !(value instanceof Uint8Array)) continue;
        const named = ids.get(id as number);
        missing.delete(id as number);
        yield { key, value };
        // Row and index disagree: under the wrong of the two keys the record will not pass for what it is.
        if (named !== undefined && named !== key) yield { key: named, value };
      }
    }
  }
  return { rows: rows(), lost: () => (complete ? [...missing.values()] : undefined) };
}

/** Writes what is in the write-ahead log into the file itself. */
function foldLog(copy: string): void {
  if (!existsSync(besides(copy)[0]!)) return;
  mendFirstPage(copy, 'log');
  mendLog(besides(copy)[0]!);
  try {
    using db = new DatabaseSync(copy);
    db.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  } catch (error) {
    // Then only what is in the file can be had.
    if (!isSqliteError(error)) throw error;
  }
  for (const part of besides(copy)) rmSync(part, { force: true });
}

/** The first page of any file of ours says what this one's must have said. */
function mendFirstPage(copy: string, mode: 'log' | 'rollback'): void {
  const pattern = `${copy}.pattern`;
  connect(pattern, 'full').close();
  const page = readPage(pattern, 1);
  rmSync(pattern);
  page.fill(mode === 'log' ? 2 : 1, WRITE_VERSION, WRITE_VERSION + 2);
  // Two counters that differ tell SQLite to go by the length of the file, not by the number of pages noted here.
  page.writeUInt32BE(1, CHANGE_COUNTER);
  page.writeUInt32BE(0, VERSION_VALID_FOR);
  withFile(copy, (handle) => writeSync(handle, page, 0, PAGE, 0));
}

function keyNames(copy: string): { ids: ReadonlyMap<number, string>; complete: boolean } {
  using db = new DatabaseSync(copy);
  const ids = new Map<number, string>();
  const walked = { complete: false };
  const sql = 'SELECT key, id FROM record INDEXED BY sqlite_autoindex_record_1 ORDER BY key';
  for (const { key, id } of bothEnds(db, sql, walked))
    if (typeof key === 'string' && typeof id === 'number') ids.set(id, key);
  return { ids, complete: walked.complete };
}

/** The rows of an ordered query up to where it fails, then those behind, from the other end. */
function* bothEnds(
  db: DatabaseSync,
  sql: string,
  walked = { complete: false },
): ReturnType<StatementSync['iterate']> {
  for (const order of ['ASC', 'DESC']) {
    try {
      yield* db.prepare(`${sql} ${order}`).iterate();
      walked.complete = order === 'ASC';
      return;
    } catch (error) {
      if (!isSqliteError(error)) throw error;
    }
  }
}

/** Puts each page of rows in the place of the table's root in turn. */
function* leavesAsRoot(copy: string): Generator<void> {
  const pages = withFile(copy, (handle) => Math.floor(fstatSync(handle).size / PAGE));
  const root = pages >= ROOT ? readPage(copy, ROOT) : Buffer.alloc(PAGE);
  for (let number = ROOT; number <= pages; number++) {
    const page = number === ROOT ? root : readPage(copy, number);
    if (page[0] !== TABLE_LEAF) continue;
    withFile(copy, (handle) => writeSync(handle, page, 0, PAGE, (ROOT - 1) * PAGE));
    yield;
  }
}

function readPage(file: string, number: number): Buffer {
  const page = Buffer.alloc(PAGE);
  withFile(file, (handle) => readSync(handle, page, 0, PAGE, (number - 1) * PAGE));
  return page;
}

function withFile<T>(file: string, action: (handle: number) => T): T {
  const handle = openSync(file, 'r+');
  try {
    return action(handle);
  } finally {
    closeSync(handle);
  }
}
