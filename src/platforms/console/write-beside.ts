import { open, rm } from 'node:fs/promises';
import path from 'node:path';
import { UserError } from '#errors';

/** Names that are tried before it is given up. */
const MOST = 1000;

/**
 * Writes a file that was not there before, under its name or, if that is taken, `name (2).txt` and so on; answers its
 * path.
 * @throws UserError `chat.file-exists`, `chat.cannot-write`
 */
export async function writeBeside(folder: string, name: string, bytes: Uint8Array): Promise<string> {
  const { name: stem, ext } = path.parse(name);
  for (let count = 1; ; count++) {
    try {
      return await writeNew(folder, count === 1 ? name : `${stem} (${count})${ext}`, bytes);
    } catch (error) {
      const isTaken = error instanceof UserError && error.code === 'chat.file-exists';
      if (!isTaken || count === MOST) throw error;
    }
  }
}

/**
 * Writes a file that was not there before; answers its path.
 * @throws UserError `chat.file-exists`, `chat.cannot-write`
 */
export async function writeNew(folder: string, name: string, bytes: Uint8Array): Promise<string> {
  const file = path.resolve(folder, name);
  try {
    await using handle = await open(file, 'wx');
    await handle.writeFile(bytes).catch(async (error) => {
      // Half a book is none.
      await rm(file, { force: true });
      throw error;
    });
    return file;
  } catch (error) {
    const { code = String(error) } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') throw new UserError('chat.file-exists', { file }, { cause: error });
    throw new UserError('chat.cannot-write', { file, code }, { cause: error });
  }
}
