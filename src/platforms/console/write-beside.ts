import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { UserError } from '#errors';

/** Names that are tried before it is given up. */
const MOST = 1000;

/**
 * Writes a file that was not there before, under its name or, if that is taken, `name (2).txt` and so on; answers its
 * path.
 * @throws UserError `chat.cannot-write`
 */
export async function writeBeside(folder: string, name: string, bytes: Uint8Array): Promise<string> {
  const { name: stem, ext } = path.parse(name);
  for (let count = 1; ; count++) {
    const file = path.resolve(folder, count === 1 ? name : `${stem} (${count})${ext}`);
    try {
      await writeFile(file, bytes, { flag: 'wx' });
      return file;
    } catch (error) {
      const { code = String(error) } = error as NodeJS.ErrnoException;
      if (code !== 'EEXIST' || count === MOST)
        throw new UserError('chat.cannot-write', { file, code }, { cause: error });
    }
  }
}
