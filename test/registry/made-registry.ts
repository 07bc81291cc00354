import { cpSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { UserError } from '#errors';
import { describeCheckpoint, writeCheckpoint } from '#lstm';
import { type ModelRegistry, openRegistry, type RegistryOptions } from '#registry';
import { madeModel } from '../fakes/made-model.ts';

export const newFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'xuxie-registry-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
};

/** A folder with a model that no other seed gives. */
export function madeFolder(seed: number, folder = newFolder()): string {
  writeCheckpoint(join(folder, 'model.safetensors'), madeModel('孙悟空听了，大笑道：“去也！”\n', seed));
  return folder;
}

export const idOf = (folder: string): string => describeCheckpoint(folder).sha256.slice(0, 12);

export type MadeRegistry = {
  readonly registry: ModelRegistry;
  readonly folder: string;
  readonly starter: string;
  /** The codes of what was told. */
  readonly told: string[];
  /** Another one on the same folder, as another process would open it. */
  again(more?: Partial<RegistryOptions>): ModelRegistry;
};

/** A registry in a folder of its own, or in the one given, whose clock goes on by one with every look. */
export function madeRegistry(folder = join(newFolder(), 'versions'), starter = madeFolder(1)): MadeRegistry {
  const told: string[] = [];
  let time = 0;
  const options = {
    folder,
    starter,
    onDamage: ({ code }: UserError) => void told.push(code),
    now: () => time++,
  };
  const again = (more: Partial<RegistryOptions> = {}) => openRegistry({ ...options, ...more });
  return { registry: again(), folder, starter, told, again };
}

/** What is half done in the folder of a line. */
export const leftovers = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.includes('.tmp-'));

export function copyOf(folder: string): string {
  const copy = join(newFolder(), 'versions');
  cpSync(folder, copy, { recursive: true });
  return copy;
}
