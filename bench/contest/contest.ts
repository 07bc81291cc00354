import { setTimeout } from 'node:timers/promises';
import type { Contestant, Round } from './contestant.ts';
import { DISTURBED, untilQuiet } from './disturbance.ts';

export type ContestOptions = {
  readonly rounds: number;
  /** How long each contestant runs in each round, at least. */
  readonly seconds: number;
  /** Milliseconds that may be waited in all for others to leave the processor alone. */
  readonly patience: number;
};

/** How time passes; a test puts another in its place. */
export type Clock = {
  readonly sleep: (milliseconds: number) => Promise<unknown>;
  /** Waits until it is quiet, at most so long; returns how many milliseconds it took. */
  readonly untilQuiet: (most: number) => Promise<number>;
};

/** What each contestant did, in units a second by round. */
export type ContestResult<Name extends string> = {
  readonly rates: ReadonlyMap<Name, readonly number[]>;
  /** By round, the largest share of the cores that others used in any turn of it. */
  readonly disturbances: readonly number[];
};

/** Milliseconds in which the threads of the one before stop spinning. */
const REST = 300;
/**
 * Lets the contestants run in turns, forwards in even rounds and backwards in odd ones, so that whatever drifts
 * meets all alike. A turn in which others used the processor is tried again when it is quiet, as long as the patience
 * lasts; the least disturbed try counts.
 */
export async function contest<Name extends string>(
  contestants: ReadonlyMap<Name, Pick<Contestant, 'round'>>,
  { rounds, seconds, patience }: ContestOptions,
  clock: Clock = { sleep: setTimeout, untilQuiet },
): Promise<ContestResult<Name>> {
  const rates = new Map([...contestants.keys()].map((name) => [name, [] as number[]]));
  const disturbances: number[] = [];
  const order = [...contestants];
  let left = patience;
  for (let round = 0; round < rounds; round++) {
    let disturbance = 0;
    for (const [name, contestant] of round % 2 === 0 ? order : order.toReversed()) {
      await clock.sleep(REST);
      let best = await contestant.round(seconds);
      while (disturbanceOf(best) > DISTURBED && left > 0) {
        left -= await clock.untilQuiet(left);
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
