import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { UserError } from '#errors';
import { checkpointFile, writeAtomically } from '#lstm';
import { VerbatimFilter } from '#text';

/** Where the filter stands: in the folder of the model whose novel it knows. */
const FILE = 'verbatim.bin';

/**
 * Writes the filter into the folder of a model, which need not be there yet, atomically.
 * @throws UserError `model.disk-full`, `model.cannot-write`
 */
export function writeVerbatim(folder: string, filter: VerbatimFilter): void {
  writeAtomically(join(folder, FILE), filter.bytes);
}

/**
 * Reads the filter beside a model; `undefined` if there is none: then copies are not held off.
 * @throws UserError `model.missing`, `model.unreadable`, what `VerbatimFilter.parse` throws
 */
export function readVerbatim(path: string): VerbatimFilter | undefined {
  const file = join(dirname(checkpointFile(path)), FILE);
  if (!existsSync(file)) return undefined;
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(file);
  } catch (cause) {
    const { code = 'EIO' } = cause as NodeJS.ErrnoException;
    throw new UserError('model.unreadable', { path: file, code }, { cause });
  }
  return VerbatimFilter.parse(bytes);
}
