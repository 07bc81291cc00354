import { bestOf, type Variant } from './best-of.ts';
import { type ContestOptions, contest } from './contest.ts';
import { Contestant, type ContestantPlan } from './contestant.ts';

/** Milliseconds that a contest waits for others at most. */
const PATIENCE = 300_000;

/** What is known of one contestant after the contest. */
export type Result = {
  /** Units a second, by round. */
  readonly rates: readonly number[];
  readonly versions: Readonly<Record<string, string>>;
  /** Bytes; undefined where the system does not tell. */
  readonly peakMemory: number | undefined;
  /** Of a peer: the way that was chosen, and the rates of all that were tried. */
  readonly variant?: string;
  readonly tried?: Readonly<Record<string, number | null>>;
};

export type Team = {
  readonly ours: ReadonlyMap<string, ContestantPlan>;
  /** Ways to run each peer, the best of which takes part. */
  readonly peers: ReadonlyMap<string, readonly Variant[]>;
};

export type TeamResult = {
  readonly results: ReadonlyMap<string, Result>;
  /** Share of the cores that others used, by round. */
  readonly disturbances: readonly number[];
};

/** Starts all, lets them run in turns, and ends them. A peer that runs in no way has no result. */
export async function contestOf(
  { ours, peers }: Team,
  options: Omit<ContestOptions, 'patience'>,
  report: (line: string) => void,
): Promise<TeamResult> {
  const contestants = new Map<string, Contestant>();
  const chosen = new Map<string, Pick<Result, 'variant' | 'tried'>>();
  try {
    for (const [name, variants] of peers) {
      const best = await bestOf(variants, (variant, rate) => report(trial(name, variant, rate)));
      if (!best) continue;
      contestants.set(name, best.contestant);
      chosen.set(name, { variant: best.variant, tried: best.tried });
    }
    for (const [name, plan] of ours) contestants.set(name, await Contestant.start(plan));
    const { rates, disturbances } = await contest(contestants, { ...options, patience: PATIENCE });
    const results = new Map(
      [...contestants].map(([name, { versions, peakMemory }]) => [
        name,
        { rates: rates.get(name)!, versions, peakMemory, ...chosen.get(name) },
      ]),
    );
    return { results, disturbances };
  } finally {
    for (const contestant of contestants.values()) await contestant[Symbol.asyncDispose]();
  }
}

const trial = (name: string, variant: string, rate: number | Error): string =>
  `${name}: ${variant}: ${rate instanceof Error ? lastLine(rate.message) : Math.round(rate)}`;

const lastLine = (words: string): string => words.split('\n').at(-1)!;
