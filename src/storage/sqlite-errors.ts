import { UserError } from '#errors';

/** Primary result codes of SQLite (sqlite.org/rescode.html); the extended ones hold them in their low byte. */
const CORRUPT = 11;
const FULL = 13;
const NOTADB = 26;
/** No room for the index of the write-ahead log. */
const IOERR_SHMSIZE = 4874;

type SqliteError = Error & { readonly errcode: number; readonly errstr: string };

const isSqliteError = (error: unknown): error is SqliteError =>
  (error as NodeJS.ErrnoException | null)?.code === 'ERR_SQLITE_ERROR';

/** Whether the file is not the database that was written. */
export const saysCorrupt = (error: unknown): boolean =>
  isSqliteError(error) && [CORRUPT, NOTADB].includes(error.errcode & 255);

/** What a failed access to a file is to the user: `storage.disk-full`, else `code` with the reason; bugs pass. */
export function accessError(error: unknown, code: string, file: string): unknown {
  if (!isSqliteError(error)) return error;
  if ((error.errcode & 255) === FULL || error.errcode === IOERR_SHMSIZE)
    return new UserError('storage.disk-full', { file }, { cause: error });
  return new UserError(code, { file, reason: error.errstr }, { cause: error });
}
