import { basename, dirname, extname, join, resolve } from 'node:path';
import { lineName, titleOf } from '#text';

/**
 * The folder of a run whose person has named none: `NOVEL-PRESET`, or `NOVEL-from-MODEL` for one that trains a model
 * on, so that it does not meet the run that made the model.
 */
export async function trainFolder(
  runs: string,
  { novel, preset, from }: { novel: string; preset: string; from: string | undefined },
): Promise<string> {
  const line = lineName(await titleOf(novel));
  if (from === undefined) return join(runs, `${line}-${preset}`);
  const model = resolve(from);
  return join(runs, `${line}-from-${lineName(basename(extname(model) ? dirname(model) : model))}`);
}
