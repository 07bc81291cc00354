import { type Clock, contest } from './contest.ts';
import { Contestant, type ContestantPlan } from './contestant.ts';

/** One way to run a peer. */
export type Variant = { readonly name: string; readonly plan: ContestantPlan };

export type Best = {
  readonly contestant: Contestant;
  readonly variant: string;
  /** Rates of all that ran, by name; null for those that did not. */
  readonly tried: Readonly<Record<string, number | null>>;
};

const TRIAL = { rounds: 3, seconds: 0.7, patience: 20_000 };

/**
 * Starts the variants one after the other and keeps the fastest, as its best trial says: a peer is beaten where it
 * is at its best or not at all. Undefined if none of them runs.
 */
export async function bestOf(
  variants: readonly Variant[],
  report: (variant: string, rate: number | Error) => void,
  clock?: Clock,
): Promise<Best | undefined> {
  const tried: Record<string, number | null> = {};
  let best: { readonly contestant: Contestant; readonly variant: string; readonly rate: number } | undefined;
  for (const { name, plan } of variants) {
    let contestant: Contestant | undefined;
    try {
      contestant = await Contestant.start(plan);
      const { rates } = await contest(new Map([[name, contestant]]), TRIAL, clock);
      const rate = Math.max(...rates.get(name)!);
      tried[name] = rate;
      report(name, rate);
      const loser = best && best.rate >= rate ? contestant : best?.contestant;
      if (loser !== contestant) best = { contestant, variant: name, rate };
      await loser?.[Symbol.asyncDispose]();
    } catch (error) {
      await contestant?.[Symbol.asyncDispose]();
      tried[name] = null;
      report(name, error as Error);
    }
  }
  return best && { contestant: best.contestant, variant: best.variant, tried };
}
