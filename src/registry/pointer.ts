import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { replaceFile } from './durable.ts';
import { VERSION_ID } from './manifest.ts';

/** How a pointer names the model that came along, whichever that is at the time. */
export const BUILT_IN = 'built-in';

const key = z.union([z.literal(BUILT_IN), z.string().regex(VERSION_ID)]);
const schema = z.strictObject({
  /** The version that is current. */
  version: key,
  /** The one that was before it. */
  previous: key.nullable(),
});

/** Which version of a line is current. */
export type Pointer = z.infer<typeof schema>;

const fileIn = (folder: string): string => join(folder, 'current');

/** The pointer in the folder of a line. */
export function readPointer(folder: string): Pointer | 'missing' | 'damaged' {
  try {
    return schema.safeParse(JSON.parse(readFileSync(fileIn(folder), 'utf8'))).data ?? 'damaged';
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'missing' : 'damaged';
  }
}

/**
 * Moves the pointer, by one rename.
 * @throws UserError `model.disk-full`, `model.cannot-write`
 */
export const movePointer = (folder: string, { version, previous }: Pointer): void =>
  replaceFile(fileIn(folder), `${JSON.stringify({ version, previous })}\n`);
