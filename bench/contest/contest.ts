import { setTimeout } from 'node:timers/promises';
import type { Contestant, Round } from './contestant.ts';

export type ContestOptions = {
  readonly rounds: number;
  /** How long each contestant runs in each round, at least. */
  readonly seconds: number;
};

/** What each contestant did, in units a second by round. */
export type ContestResult<Name extends string> = {
  readonly rates: ReadonlyMap<Name, readonly number[]>;
  /** By round, the largest share of the cores that others used in any turn of it. */
  readonly disturbances: readonly number[];
};

/** Milliseconds in which the threads of the one before stop spinning. */
const REST = 300;
/** Above this share of the cores, what others do is told by the figures: a library that spins loses most of its speed. */
const DISTURBED = 0.05;
/** Milliseconds before a disturbed turn is tried again. */
const WAIT = 2000;

/**
 * Lets the contestants run in turns, forwards in even rounds and backwards in odd ones, so that whatever drifts
 * meets all alike. A turn in which others used the processor is tried again, until as many have been as there are
 * turns; the least disturbed try counts.
 */
export async function contest<Name extends string>(
  contestants: ReadonlyMap<Name, Pick<Contestant, 'round'>>,
  { rounds, seconds }: ContestOptions,
  sleep: (milliseconds: number) => Promise<unknown> = setTimeout,
): Promise<ContestResult<Name>> {
  const rates = new Map([...contestants.keys()].map((name) => [name, [] as number[]]));
  const disturbances: number[] = [];
  const order = [...contestants];
  let patience = rounds * order.length;
  for (let round = 0; round < rounds; round++) {
    let disturbance = 0;
    for (const [name, contestant] of round % 2 === 0 ? order : order.toReversed()) {
      await sleep(REST);
      let best = await contestant.round(seconds);
      while (disturbanceOf(best) > DISTURBED && patience > 0) {
        patience--;
        await sleep(WAIT);
        const again = await contestant.round(seconds);
        if (disturbanceOf(again) < disturbanceOf(best)) best = again;
      }
      rates.get(name)!.push(best.amount / best.seconds);
      disturbance = Math.max(disturbance, disturbanceOf(best));
    }
    disturbances.push(disturbance);
  }
  return { rates, disturbances };
}

const disturbanceOf = ({ disturbance = 0 }: Round): number => disturbance;
