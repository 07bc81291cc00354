import { blocksOf, LOGIT_BLOCK, type ModelConfig, presets } from '#lstm';
import { type Figure, figureOf, ratioOf, tidy, tidyFigure } from './contest/statistics.ts';
import { contestOf, type Result } from './contest/team.ts';
import { ours } from './contestants/plan.ts';
import { VOCABULARY } from './note.ts';
import { type GenerationPeer, generationVariants } from './peers/variants.ts';
import { type Comparison, compare, mebibytes, versionsOf } from './report.ts';
import type { RunOptions } from './run-options.ts';

const PEERS: readonly GenerationPeer[] = [
  'pytorchFloat32',
  'pytorchBfloat16',
  'pytorchInt8',
  'keras',
  'kerasLoop',
  'kerasPredict',
];

const OTHERS = ['plain', 'float32', 'standard', 'starter'] as const;

/** Writing of some stories at once. */
export type RowsReport = Comparison<GenerationPeer> & {
  readonly rows: number;
  /** What bounds it: one row reads every weight, many rows multiply. */
  readonly bound: {
    readonly of: 'bandwidth' | 'int8';
    /** Share of the measured bound that is reached. */
    readonly share: number;
    /** Bytes a second read from a block as large as the weights, or int8 multiply-accumulates a second. */
    readonly limit: number;
  };
  /** Characters a second of ours in other ways. */
  readonly others: Readonly<Record<string, Figure>>;
  readonly peakMebibytes: number | null;
  /** Share of the cores that others used in a round. */
  readonly disturbance: Figure;
};

export type GenerationReport = {
  readonly one: RowsReport;
  readonly batch64: RowsReport;
  /** Characters a second of 8 stories, by preset. */
  readonly batch8: Readonly<Record<string, Figure>>;
  readonly versions: Readonly<Record<string, string>>;
};

/** Bytes of 8-bit weights, or multiply-accumulates, of one character. */
export function weightsOf(config: ModelConfig): number {
  const { embedding: E, hidden: H, tied } = config;
  const outputs = blocksOf(config) * LOGIT_BLOCK;
  return 4 * H * H + (tied ? H * E + E * outputs : H * outputs);
}

/** Characters a second at the note's sizes, drawing included, for one story and for 64, beside the peers. */
export async function generationBench(options: RunOptions): Promise<GenerationReport> {
  const { threads, rounds, report } = options;
  const one = await rowsOf(1, options);
  const batch64 = await rowsOf(64, options);
  const eight = { what: 'generation', rows: 8, threads, arithmetic: 'int8', drawing: 'whole' } as const;
  const plans = [
    ['seed', ours({ ...eight, preset: 'seed' })],
    ['standard', ours({ ...eight, preset: 'standard' })],
    ['starter', ours({ what: 'starter', rows: 8, threads })],
  ] as const;
  const { results } = await contestOf(
    { ours: new Map(plans), peers: new Map() },
    { rounds, seconds: 1 },
    report,
  );
  return {
    one: one.report,
    batch64: batch64.report,
    batch8: Object.fromEntries([...results].map(([name, { rates }]) => [name, tidyFigure(figureOf(rates))])),
    versions: { ...versionsOf(one.results), ...versionsOf(batch64.results) },
  };
}

async function rowsOf(rows: number, { threads, rounds, python, report }: RunOptions) {
  const weights = weightsOf({ ...presets.seed.model, vocabulary: VOCABULARY });
  const task = { what: 'generation', rows, threads, arithmetic: 'int8', drawing: 'whole' } as const;
  const plans = {
    seed: ours({ ...task, preset: 'seed' }),
    plain: ours({ ...task, preset: 'seed', drawing: 'plain' }),
    float32: ours({ ...task, preset: 'seed', arithmetic: 'float32' }),
    standard: ours({ ...task, preset: 'standard' }),
    starter: ours({ what: 'starter', rows, threads }),
    limit: ours(
      rows === 1 ? { what: 'memoryScan', bytes: weights, threads } : { what: 'integerPeak', threads },
    ),
  };
  const peers = python ? generationVariants(python, threads, rows) : new Map();
  const team = { ours: new Map(Object.entries(plans)), peers };
  const { results, disturbances } = await contestOf(team, { rounds, seconds: 1 }, report);
  return { results, report: rowsReport(rows, weights, results, disturbances) };
}

/** @param weights bytes read, or multiply-accumulates done, for one character */
export function rowsReport(
  rows: number,
  weights: number,
  results: ReadonlyMap<string, Result>,
  disturbances: readonly number[],
): RowsReport {
  const { rates, peakMemory } = results.get('seed')!;
  const limit = results.get('limit')!.rates;
  return {
    rows,
    ...compare(results, 'seed', PEERS),
    bound: {
      of: rows === 1 ? 'bandwidth' : 'int8',
      share: tidy(weights * ratioOf(rates, limit).median),
      limit: tidy(figureOf(limit).median),
    },
    others: Object.fromEntries(OTHERS.map((name) => [name, tidyFigure(figureOf(results.get(name)!.rates))])),
    peakMebibytes: mebibytes(peakMemory),
    disturbance: tidyFigure(figureOf(disturbances)),
  };
}
