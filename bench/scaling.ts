import type { ContestantPlan } from './contest/contestant.ts';
import { type Figure, figureOf, tidyFigure } from './contest/statistics.ts';
import { contestOf } from './contest/team.ts';
import { ours } from './contestants/plan.ts';
import { VOCABULARY } from './note.ts';
import type { RunOptions } from './run-options.ts';

/** How characters a second change with one size, all else as in the student's note. */
export type Series = {
  readonly size: 'vocabulary' | 'hidden' | 'rows' | 'batch' | 'window' | 'length';
  readonly of: 'training' | 'one' | 'batch64' | 'writing' | 'reading';
  readonly points: readonly { readonly value: number; readonly charsPerSecond: Figure }[];
};

const VOCABULARIES = [1200, VOCABULARY, 9400];
const HIDDEN = [512, 1024, 2048];
const ROWS = [1, 4, 16, 64, 128];
const BATCHES = [8, 16, 32, 64];
const WINDOWS = [16, 32, 64, 128];
const LENGTHS = [32, 128, 512, 2048];

/** How the cost of a character grows with vocabulary, hidden size, rows and length. */
export async function scalingBench({ threads, rounds, report }: RunOptions): Promise<readonly Series[]> {
  const note = { preset: 'seed', threads } as const;
  const training = { what: 'training', ...note } as const;
  const writing = { what: 'generation', ...note, arithmetic: 'int8', drawing: 'whole' } as const;
  const reading = { what: 'prefill', ...note, arithmetic: 'int8', stories: 1, way: 'runs' } as const;
  const plans: readonly [Series['size'], Series['of'], readonly number[], (n: number) => ContestantPlan][] = [
    ['vocabulary', 'training', VOCABULARIES, (vocabulary) => ours({ ...training, vocabulary })],
    ['vocabulary', 'one', VOCABULARIES, (vocabulary) => ours({ ...writing, rows: 1, vocabulary })],
    ['vocabulary', 'batch64', VOCABULARIES, (vocabulary) => ours({ ...writing, rows: 64, vocabulary })],
    ['hidden', 'training', HIDDEN, (hidden) => ours({ ...training, hidden })],
    ['hidden', 'one', HIDDEN, (hidden) => ours({ ...writing, rows: 1, hidden })],
    ['hidden', 'batch64', HIDDEN, (hidden) => ours({ ...writing, rows: 64, hidden })],
    ['rows', 'writing', ROWS, (rows) => ours({ ...writing, rows })],
    ['batch', 'training', BATCHES, (batch) => ours({ ...training, batch })],
    ['window', 'training', WINDOWS, (window) => ours({ ...training, window })],
    ['length', 'reading', LENGTHS, (length) => ours({ ...reading, length })],
  ];
  const series: Series[] = [];
  for (const [size, of, values, plan] of plans) {
    report(`${size}, ${of}`);
    const team = new Map(values.map((value) => [String(value), plan(value)]));
    const { results } = await contestOf({ ours: team, peers: new Map() }, { rounds, seconds: 1 }, report);
    const points = values.map((value) => ({
      value,
      charsPerSecond: tidyFigure(figureOf(results.get(String(value))!.rates)),
    }));
    series.push({ size, of, points });
  }
  return series;
}
