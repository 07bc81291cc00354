import { type Figure, figureOf, ratioOf, tidyFigure } from './contest/statistics.ts';
import { contestOf } from './contest/team.ts';
import { ours } from './contestants/plan.ts';
import type { RunOptions } from './run-options.ts';

const LENGTH = 512;
const TOGETHER = 16;
const PRESETS = ['seed', 'standard'] as const;

export type PrefillReport = {
  /** Characters of each story. */
  readonly length: number;
  readonly presets: Readonly<
    Record<
      string,
      {
        /** Time to read one story over the time of as many single steps. */
        readonly timeOfSteps: Figure;
        /** Characters a second of 16 stories read together over those of one. */
        readonly together16: Figure;
        readonly charsPerSecond: { readonly steps: Figure; readonly one: Figure; readonly sixteen: Figure };
        /** Share of the cores that others used in a round. */
        readonly disturbance: Figure;
      }
    >
  >;
};

/** Reading of stories of 512 characters: in runs against single steps, and 16 side by side against one. */
export async function prefillBench({ threads, rounds, report }: RunOptions): Promise<PrefillReport> {
  const entries: [string, PrefillReport['presets'][string]][] = [];
  for (const preset of PRESETS) {
    const task = { what: 'prefill', preset, threads, arithmetic: 'int8', length: LENGTH } as const;
    const plans = {
      steps: ours({ ...task, stories: 1, way: 'steps' }),
      one: ours({ ...task, stories: 1, way: 'runs' }),
      sixteen: ours({ ...task, stories: TOGETHER, way: 'runs' }),
    };
    const team = { ours: new Map(Object.entries(plans)), peers: new Map() };
    const { results, disturbances } = await contestOf(team, { rounds, seconds: 0.7 }, report);
    const rates = (name: keyof typeof plans) => results.get(name)!.rates;
    entries.push([
      preset,
      {
        timeOfSteps: tidyFigure(ratioOf(rates('steps'), rates('one'))),
        together16: tidyFigure(ratioOf(rates('sixteen'), rates('one'))),
        charsPerSecond: {
          steps: tidyFigure(figureOf(rates('steps'))),
          one: tidyFigure(figureOf(rates('one'))),
          sixteen: tidyFigure(figureOf(rates('sixteen'))),
        },
        disturbance: tidyFigure(figureOf(disturbances)),
      },
    ]);
  }
  return { length: LENGTH, presets: Object.fromEntries(entries) };
}
