import { setTimeout } from 'node:timers/promises';
import type { Contestant } from './contestant.ts';

export type ContestOptions = {
  readonly rounds: number;
  /** How long each contestant runs in each round, at least. */
  readonly seconds: number;
};

/** Milliseconds in which the threads of the one before stop spinning. */
const REST = 300;

/**
 * Lets the contestants run in turns, forwards in even rounds and backwards in odd ones, so that whatever drifts
 * meets all alike. Returns the rates by round, in units a second.
 */
export async function contest<Name extends string>(
  contestants: ReadonlyMap<Name, Contestant>,
  { rounds, seconds }: ContestOptions,
): Promise<ReadonlyMap<Name, readonly number[]>> {
  const rates = new Map([...contestants.keys()].map((name) => [name, [] as number[]]));
  const order = [...contestants];
  for (let round = 0; round < rounds; round++) {
    for (const [name, contestant] of round % 2 === 0 ? order : order.toReversed()) {
      await setTimeout(REST);
      const { amount, seconds: taken } = await contestant.round(seconds);
      rates.get(name)!.push(amount / taken);
    }
  }
  return rates;
}
