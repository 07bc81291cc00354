import { open, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { UserError } from '#errors';

/** The largest file that is read, in bytes. */
export const MAX_FILE_BYTES = 100 * 1024 * 1024;

const HEAD_BYTES = 4096;
const SIGNATURES: readonly { kind: string; bytes: readonly number[]; at?: number }[] = [
  { kind: 'PDF', bytes: [0x25, 0x50, 0x44, 0x46, 0x2d] },
  { kind: 'ZIP', bytes: [0x50, 0x4b, 0x03, 0x04] },
  { kind: 'ZIP', bytes: [0x50, 0x4b, 0x05, 0x06] },
  { kind: 'RAR', bytes: [0x52, 0x61, 0x72, 0x21, 0x1a, 0x07] },
  { kind: '7z', bytes: [0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c] },
  { kind: 'gzip', bytes: [0x1f, 0x8b, 0x08] },
  { kind: 'Word (.doc)', bytes: [0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1] },
  { kind: 'RTF', bytes: [0x7b, 0x5c, 0x72, 0x74, 0x66] },
  { kind: 'MOBI', bytes: [...'BOOKMOBI'].map((c) => c.charCodeAt(0)), at: 60 },
  { kind: 'DjVu', bytes: [...'AT&TFORM'].map((c) => c.charCodeAt(0)) },
  { kind: 'PNG', bytes: [0x89, 0x50, 0x4e, 0x47] },
  { kind: 'JPEG', bytes: [0xff, 0xd8, 0xff] },
  { kind: 'GIF', bytes: [0x47, 0x49, 0x46, 0x38] },
  { kind: 'SQLite', bytes: [...'SQLite format 3'].map((c) => c.charCodeAt(0)) },
  { kind: 'ELF', bytes: [0x7f, 0x45, 0x4c, 0x46] },
  { kind: 'MP3', bytes: [0x49, 0x44, 0x33] },
  { kind: 'MP4', bytes: [0x66, 0x74, 0x79, 0x70], at: 4 },
];

/**
 * Looks at a file before it is read: that it is there, is a file, is not too large and is not a known
 * binary format under a wrong name. Returns its size in bytes and its format.
 * Throws UserError `text.not-found`, `.is-directory`, `.unreadable`, `.empty`, `.too-large`, `.binary`.
 */
export async function inspectFile(
  path: string,
): Promise<{ readonly bytes: number; readonly format: 'txt' | 'epub' }> {
  const file = basename(path);
  const info = await stat(path).catch((error: NodeJS.ErrnoException) => {
    throw fileError(error, path);
  });
  if (info.isDirectory()) throw new UserError('text.is-directory', { file: path });
  if (!info.isFile()) throw new UserError('text.not-a-file', { file: path });
  if (info.size === 0) throw new UserError('text.empty', { file });
  if (info.size > MAX_FILE_BYTES) {
    throw new UserError('text.too-large', {
      file,
      size: mebibytes(info.size),
      limit: mebibytes(MAX_FILE_BYTES),
    });
  }
  const head = await readHead(path);
  const kind = SIGNATURES.find(({ bytes, at = 0 }) => bytes.every((byte, i) => head[at + i] === byte))?.kind;
  if (kind === 'ZIP' && isEpub(head, path)) return { bytes: info.size, format: 'epub' };
  if (kind !== undefined) throw new UserError('text.binary', { file, kind });
  if (/\.epub$/i.test(path)) throw new UserError('text.epub-broken', { file });
  return { bytes: info.size, format: 'txt' };
}

/** What the user is told when the file system refuses `path`. */
export function fileError(error: NodeJS.ErrnoException, path: string): Error {
  if (error.code === 'ENOENT' || error.code === 'ENOTDIR') {
    return new UserError('text.not-found', { file: path }, { cause: error });
  }
  if (error.code === 'EISDIR') return new UserError('text.is-directory', { file: path }, { cause: error });
  // What the system refuses has a name like EACCES, EIO, ENAMETOOLONG; an aborted signal has not.
  if (/^E[A-Z]+$/.test(error.code ?? '')) {
    return new UserError('text.unreadable', { file: path, code: error.code! }, { cause: error });
  }
  return error;
}

/** An .epub's first entry is by its standard the uncompressed `mimetype`; a careless packer may put it elsewhere. */
function isEpub(head: Uint8Array, path: string): boolean {
  return (
    /\.epub$/i.test(path) || Buffer.from(head).toString('latin1').includes('mimetypeapplication/epub+zip')
  );
}

async function readHead(path: string): Promise<Uint8Array> {
  try {
    const handle = await open(path);
    try {
      const { buffer, bytesRead } = await handle.read(new Uint8Array(HEAD_BYTES), 0, HEAD_BYTES, 0);
      return buffer.subarray(0, bytesRead);
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw fileError(error as NodeJS.ErrnoException, path);
  }
}

function mebibytes(bytes: number): number {
  return Math.ceil(bytes / (1024 * 1024));
}
