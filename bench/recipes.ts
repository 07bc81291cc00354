import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onnxEngine } from '#engines/onnx';
import { type PresetName, presets } from '#lstm';
import { readNovel, Vocabulary } from '#text';
import { splitCorpus, type TrainingText, toStream, train } from '#training';
import { trainingProducts } from './arithmetic.ts';

/** One trained model of the comparison. */
export type RecipeRun = {
  readonly preset: PresetName;
  readonly seed: number;
  readonly tokens: number;
  readonly steps: number;
  /** Multiply-accumulates of the whole training. */
  readonly products: number;
  readonly heldOutBits: number;
};

const SEEDS = [1, 2];
const PRESETS: readonly PresetName[] = ['seed', 'standard'];

/**
 * The note's recipe and ours on the same novels after equal arithmetic: `seed` reads about `tokens` tokens, the
 * other as many as the same multiply-accumulates allow; each from two seeds, judged on the same held-out chapters.
 */
export async function recipes(
  files: readonly string[],
  tokens: number,
  report: (run: RecipeRun) => void,
): Promise<readonly RecipeRun[]> {
  const texts: TrainingText[] = [];
  for (const file of files) texts.push(await readNovel(file, { convert: 'simplified' }));
  const budget = trainingProducts(configOf('seed', texts)) * tokens;
  const runs: RecipeRun[] = [];
  for (const seed of SEEDS) {
    for (const preset of PRESETS) {
      const { batch, window } = presets[preset].recipe;
      const products = trainingProducts(configOf(preset, texts));
      const steps = Math.max(1, Math.round(budget / products / (batch * window)));
      const folder = mkdtempSync(join(tmpdir(), 'xuxie-bench-'));
      try {
        const options = { engine: onnxEngine, texts, script: 'simplified', preset, folder, seed } as const;
        const judged = { evaluateEvery: steps, saveEvery: Infinity, resume: false };
        const { best } = await train({ ...options, ...judged, budget: { steps } });
        const read = steps * batch * window;
        const run = { preset, seed, tokens: read, steps, products: products * read, heldOutBits: best!.bits };
        runs.push(run);
        report(run);
      } finally {
        rmSync(folder, { recursive: true });
      }
    }
  }
  return runs;
}

/** Bits per character by which ours is better, in the mean over the seeds. */
export function gain(runs: readonly RecipeRun[]): number {
  const mean = (preset: PresetName) => {
    const bits = runs.filter((run) => run.preset === preset).map((run) => run.heldOutBits);
    return bits.reduce((sum, b) => sum + b, 0) / bits.length;
  };
  return mean('seed') - mean('standard');
}

function configOf(preset: PresetName, texts: readonly TrainingText[]) {
  const { model, recipe } = presets[preset];
  const { training } = splitCorpus(texts);
  return { ...model, vocabulary: Vocabulary.fromText(training, recipe.minimumCount).size };
}

/** Tokens of one pass through the novels. */
export async function onePass(files: readonly string[]): Promise<number> {
  const texts: TrainingText[] = [];
  for (const file of files) texts.push(await readNovel(file, { convert: 'simplified' }));
  const { training } = splitCorpus(texts);
  return toStream(training, Vocabulary.fromText(training, 1)).length;
}
