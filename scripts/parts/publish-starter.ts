import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { onnxEngine } from '#engines/onnx';
import { defaultSettings, loadModel, writeSample } from '#generation';
import { countParameters, MODEL_FILE, presets, readCheckpoint, writeCheckpoint } from '#lstm';
import type { Novel } from '#text';
import { EVALUATION_SHAPE, evaluate, readMetrics, runFolder, splitCorpus } from '#training';
import { machine } from '../../bench/machine.ts';
import { keepFromCopying } from '../../src/prepare-model.ts';
import { modelCard } from './model-card.ts';

/** Seeds of the samples on the card: the first ten, none left out. */
const SAMPLE_SEEDS = Array.from({ length: 10 }, (_, i) => i + 1);

/**
 * Writes the best model of a run to `target` in half precision, with its card, its loss plot and its scores: those of
 * the file as it is written, half precision included.
 */
export async function publishStarter(
  folder: string,
  target: string,
  novels: readonly Novel[],
): Promise<void> {
  const files = runFolder(folder);
  writeCheckpoint(join(target, MODEL_FILE), readCheckpoint(files.best), 'float16');
  keepFromCopying(target, novels);
  const model = loadModel(target);
  const metrics = readMetrics(files.metrics);

  await using scoring = await onnxEngine.score(model, EVALUATION_SHAPE);
  const score = async (texts: readonly Novel[]) =>
    evaluate(scoring, splitCorpus(texts).heldOut, model.vocabulary);
  const scores = [{ title: 'all', ...(await score(novels)) }];
  for (const novel of novels) scores.push({ title: novel.title, ...(await score([novel])) });

  const samples: string[] = [];
  for (const seed of SAMPLE_SEEDS) samples.push(await writeSample(onnxEngine, model, defaultSettings, seed));

  copyFileSync(files.plotPng, join(target, 'loss.png'));
  const card = modelCard({
    about: model.about,
    parameters: countParameters(model.config),
    config: model.config,
    recipe: presets.standard.recipe,
    bytes: readFileSync(join(target, MODEL_FILE)).length,
    hours: (metrics.at(-1)?.seconds ?? 0) / 3600,
    novels: novels.map(({ title, text, chapters }) => ({
      title,
      characters: [...text].length,
      chapters: chapters.length,
    })),
    scores,
    samples,
    machine: machine(),
    temperature: defaultSettings.temperature,
  });
  writeFileSync(join(target, 'CARD.md'), card);
}
