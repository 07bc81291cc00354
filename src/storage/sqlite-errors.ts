import { UserError } from '#errors';

/** Primary result codes of SQLite (sqlite.org/rescode.html); the extended ones hold them in their low byte. */
const BUSY = 5;
const CORRUPT = 11;
const FULL = 13;
const NOTADB = 26;
/** No room for the index of the write-ahead log. */
const IOERR_SHMSIZE = 4874;

/** The names of the primary result codes, in order from 0. */
const NAMES =
  'OK ERROR INTERNAL PERM ABORT BUSY LOCKED NOMEM READONLY INTERRUPT IOERR CORRUPT NOTFOUND FULL CANTOPEN PROTOCOL EMPTY SCHEMA TOOBIG CONSTRAINT MISMATCH MISUSE NOLFS AUTH FORMAT RANGE NOTADB'.split(
    ' ',
  );

type SqliteError = Error & { readonly errcode: number; readonly errstr: string };

export const isSqliteError = (error: unknown): error is SqliteError =>
  (error as NodeJS.ErrnoException | null)?.code === 'ERR_SQLITE_ERROR';

/** A file that SQLite opens, and that is not what was written. */
export class CorruptFile extends Error {}

/** Whether the file is not the database that was written. */
export const saysCorrupt = (error: unknown): boolean =>
  error instanceof CorruptFile || (isSqliteError(error) && [CORRUPT, NOTADB].includes(error.errcode & 255));

/** Whether another connection has what was asked for. */
export const saysBusy = (error: unknown): boolean => isSqliteError(error) && (error.errcode & 255) === BUSY;

/**
 * What a failed access to a file is to the user, by SQLite or by the file system: `storage.disk-full`, else `code` with the
 * reason as a code of its own, which is the same in every language; bugs pass.
 */
export function accessError(error: unknown, code: string, file: string): unknown {
  const ofSystem = (error as NodeJS.ErrnoException).syscall && (error as NodeJS.ErrnoException).code;
  const full = isSqliteError(error) && ((error.errcode & 255) === FULL || error.errcode === IOERR_SHMSIZE);
  if (full || ofSystem === 'ENOSPC') return new UserError('storage.disk-full', { file }, { cause: error });
  const reason = isSqliteError(error)
    ? `SQLITE_${NAMES[error.errcode & 255] ?? error.errcode}`
    : error instanceof CorruptFile
      ? 'SQLITE_CORRUPT'
      : ofSystem;
  return reason ? new UserError(code, { file, reason }, { cause: error }) : error;
}
