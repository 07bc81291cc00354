import { type PresetName, presets } from '#lstm';
import { type Figure, figureOf, ratioOf, tidy, tidyFigure } from './contest/statistics.ts';
import { contestOf } from './contest/team.ts';
import { ours } from './contestants/plan.ts';
import { VOCABULARY } from './note.ts';
import { type TrainingPeer, trainingVariants } from './peers/variants.ts';
import { countProducts, stepProducts } from './products.ts';
import { type Comparison, compare, mebibytes, versionsOf } from './report.ts';
import type { RunOptions } from './run-options.ts';

const PEERS: readonly TrainingPeer[] = ['pytorchFloat32', 'pytorchBfloat16', 'keras'];
const PRESETS: readonly PresetName[] = ['seed', 'standard'];

/** Training steps of one preset. */
export type PresetTraining = {
  readonly batch: number;
  readonly window: number;
  readonly charsPerSecond: number;
  /** Rate of the step over the rate of its bare matrix products in the same library. */
  readonly gemmShare: number;
  readonly spread: { readonly charsPerSecond: Figure; readonly gemmShare: Figure };
  /** Rate of the products within the step, in 10⁹ floating-point operations a second. */
  readonly gflops: number;
  readonly peakMebibytes: number | null;
};

export type TrainingReport = Comparison<TrainingPeer> & {
  readonly gemmShare: number;
  readonly presets: Readonly<Record<string, PresetTraining>>;
  /** Share of the cores that others used in a round. */
  readonly disturbance: Figure;
  readonly versions: Readonly<Record<string, string>>;
};

/**
 * Whole training steps at the note's sizes, beside their bare matrix products and beside the peers. `gemmShare`,
 * `charsPerSecond` and `vs` are of the preset `seed`.
 */
export async function trainingBench({
  threads,
  rounds,
  python,
  report,
}: RunOptions): Promise<TrainingReport> {
  const plans = PRESETS.flatMap((preset) => [
    [preset, ours({ what: 'training', preset, threads })] as const,
    [`${preset} products`, ours({ what: 'float32Products', preset, threads })] as const,
  ]);
  const team = { ours: new Map(plans), peers: python ? trainingVariants(python, threads) : new Map() };
  const { results, disturbances } = await contestOf(team, { rounds, seconds: 2 }, report);

  const ofPreset = (preset: PresetName): PresetTraining => {
    const { model, recipe } = presets[preset];
    const { rates, peakMemory } = results.get(preset)!;
    const share = ratioOf(rates, results.get(`${preset} products`)!.rates);
    const speed = figureOf(rates);
    const products = countProducts(stepProducts({ ...model, vocabulary: VOCABULARY }, recipe));
    return {
      batch: recipe.batch,
      window: recipe.window,
      charsPerSecond: tidy(speed.median),
      gemmShare: tidy(share.median),
      spread: { charsPerSecond: tidyFigure(speed), gemmShare: tidyFigure(share) },
      gflops: tidy((2 * products * speed.median) / (recipe.batch * recipe.window) / 1e9),
      peakMebibytes: mebibytes(peakMemory),
    };
  };
  const byPreset = Object.fromEntries(PRESETS.map((preset) => [preset, ofPreset(preset)]));
  return {
    gemmShare: byPreset.seed!.gemmShare,
    ...compare(results, 'seed', PEERS),
    presets: byPreset,
    disturbance: tidyFigure(figureOf(disturbances)),
    versions: versionsOf(results),
  };
}
