import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { onTestFinished } from 'vitest';
import { writeCheckpoint } from '#lstm';
import { openRegistry } from '#registry';
import type { CoreConfig } from '../../src/open-core.ts';
import { madeModel } from '../fakes/made-model.ts';
import { KNOWN } from './words.ts';

/** A data folder with two versions of a tiny model, as `npm start` would be given it. */
export type FaultPlace = {
  readonly folder: string;
  readonly config: CoreConfig & { readonly versions: string };
  /** Ids of the versions of the line `starter`. */
  readonly versions: readonly string[];
};

/** A folder that is gone behind the test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'xuxie-faults-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export async function makePlace(
  change: Pick<Partial<CoreConfig>, 'store' | 'keyFile'> = {},
): Promise<FaultPlace> {
  const folder = temporaryFolder();
  const models = [1, 2].map((seed) => {
    const model = path.join(folder, `model-${seed}`);
    mkdirSync(model);
    writeCheckpoint(path.join(model, 'model.safetensors'), madeModel(KNOWN, seed));
    return model;
  });
  const [model = '', second = ''] = models;
  const versions = path.join(folder, 'versions');
  const registry = openRegistry({ folder: versions, starter: model });
  await registry.add('starter', second, { verdict: 'accepted' });
  const config = { data: path.join(folder, 'data'), model, versions, ...change };
  return { folder, config, versions: registry.versions('starter').map(({ id }) => id) };
}
