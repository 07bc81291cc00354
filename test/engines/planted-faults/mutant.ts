import { cp, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Engine } from '#engines';

const ROOT = join(import.meta.dirname, '../../..');

/** `find` stands exactly once in `file`, else the fault cannot be planted and the test that wants it fails. */
export type Change = { readonly file: string; readonly find: string; readonly replace: string };

export type Mutant = AsyncDisposable & { readonly engine: Engine };

/** Takes the engine out of what the door of the copy gives. */
export type EngineOf = (door: Record<string, unknown>) => Engine;

/**
 * An engine made from a copy of src/engines/`folder` in which expressions are replaced. Everything else is the
 * project's own, by links beside the copy.
 */
export async function mutantOf(
  folder: 'reference' | 'onnx',
  engineOf: EngineOf,
  changes: readonly Change[],
): Promise<Mutant> {
  const house = await mkdtemp(join(tmpdir(), 'xuxie-mutant-'));
  const linkAllBut = async (one: string, under: string) => {
    for (const name of await readdir(join(ROOT, under)))
      if (name !== one) await symlink(join(ROOT, under, name), join(house, under, name));
  };
  const remove = () => rm(house, { recursive: true, force: true });
  try {
    const copy = join(house, 'src/engines', folder);
    await cp(join(ROOT, 'src/engines', folder), copy, { recursive: true });
    for (const name of ['package.json', 'node_modules']) await symlink(join(ROOT, name), join(house, name));
    await linkAllBut('engines', 'src');
    await linkAllBut(folder, 'src/engines');
    for (const { file, find, replace } of changes) {
      const path = join(copy, file);
      const parts = (await readFile(path, 'utf8')).split(find);
      if (parts.length !== 2)
        throw new Error(`${file} holds ${JSON.stringify(find)} ${parts.length - 1} times, not once`);
      await writeFile(path, parts.join(replace));
    }
    const module = await import(pathToFileURL(join(copy, 'index.ts')).href);
    return { engine: engineOf(module), [Symbol.asyncDispose]: remove };
  } catch (error) {
    await remove();
    throw error;
  }
}
