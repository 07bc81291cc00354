import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '#errors';
import { MANIFEST_FILE, type Manifest, parseManifest, VERSION_ID } from './manifest.ts';
import type { VersionInfo } from './registry.ts';

/** Where a version stands. */
export type Place = { readonly folder: string; readonly line: string; readonly id: string };

/** The ids of the versions in the folder of a line, damaged ones among them; none where there is no folder. */
export function versionIds(folder: string): string[] {
  return entriesOf(folder)
    .filter((entry) => entry.isDirectory() && VERSION_ID.test(entry.name))
    .map(({ name }) => name)
    .sort();
}

export function entriesOf(folder: string) {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code!)) return [];
    throw error;
  }
}

/** Reads versions. What it has found whole it does not read through again while the file system says it is the same file. */
export class VersionReader {
  readonly #whole = new Map<string, string>();

  /**
   * A version whose files are all as they were written.
   * @throws UserError `registry.damaged-version`, `registry.newer-version`
   */
  read({ folder, line, id }: Place): VersionInfo {
    const path = join(folder, id);
    const { format, files, ...about } = this.#manifest(path, line, id);
    for (const [name, told] of Object.entries(files)) {
      const problem = this.#problem(join(path, name), told);
      if (problem) throw damaged(line, id, join(path, name), problem);
    }
    return { ...about, path, builtIn: false };
  }

  #manifest(path: string, line: string, id: string): Manifest {
    const file = join(path, MANIFEST_FILE);
    let text: string;
    try {
      text = readFileSync(file, 'utf8');
    } catch (error) {
      throw damaged(line, id, file, problemOf(error));
    }
    const manifest = parseManifest(text);
    if (manifest === 'newer') throw new UserError('registry.newer-version', { line, version: id });
    const fits = manifest !== 'damaged' && manifest.id === id && manifest.line === line;
    if (!fits) throw damaged(line, id, file, 'changed');
    return manifest;
  }

  #problem(file: string, told: Manifest['files'][string]): Problem | undefined {
    try {
      const { dev, ino, size, mtimeNs, ctimeNs } = statSync(file, { bigint: true });
      const state = [dev, ino, size, mtimeNs, ctimeNs, told.sha256].join();
      if (this.#whole.get(file) === state) return undefined;
      this.#whole.delete(file);
      if (size !== BigInt(told.bytes) || hashOf(readFileSync(file)) !== told.sha256) return 'changed';
      this.#whole.set(file, state);
      return undefined;
    } catch (error) {
      return problemOf(error);
    }
  }
}

type Problem = 'missing' | 'changed' | 'unreadable';

const problemOf = (error: unknown): Problem =>
  (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'missing' : 'unreadable';

const damaged = (line: string, version: string, file: string, problem: Problem): UserError =>
  new UserError('registry.damaged-version', { line, version, file, problem });

export const hashOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
