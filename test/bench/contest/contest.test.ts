import { expect, test } from 'vitest';
import { contest } from '../../../bench/contest/contest.ts';
import type { Round } from '../../../bench/contest/contestant.ts';

/** Time stands still; every wait for quiet takes a second. */
const clock = { sleep: async () => {}, untilQuiet: async (most: number) => Math.min(1000, most) };
const options = { seconds: 1, patience: 4000 };

/** Contestants that note who ran, each giving its rounds one after the other and the last for ever. */
function crowd(plan: Readonly<Record<string, readonly Partial<Round>[]>>) {
  const turns: string[] = [];
  const contestants = new Map(
    Object.entries(plan).map(([name, rounds]) => {
      const left = [...rounds];
      const round = async (): Promise<Round> => {
        turns.push(name);
        const next = left.length > 1 ? left.shift()! : left[0]!;
        return { amount: 1, seconds: 1, disturbance: 0, ...next };
      };
      return [name, { round }];
    }),
  );
  return { turns, contestants };
}

test('contestants take turns, forwards and backwards, and rates are units a second', async () => {
  const { turns, contestants } = crowd({
    a: [
      { amount: 10, seconds: 2 },
      { amount: 30, seconds: 2 },
    ],
    b: [{ amount: 7 }],
    c: [{}],
  });
  const { rates } = await contest(contestants, { ...options, rounds: 3 }, clock);
  expect(turns.join('')).toBe('abccbaabc');
  expect(rates.get('a')).toEqual([5, 15, 15]);
  expect(rates.get('b')).toEqual([7, 7, 7]);
});

test('a turn that others disturbed is tried again, and the least disturbed try counts', async () => {
  const { turns, contestants } = crowd({
    a: [
      { amount: 1, disturbance: 0.5 },
      { amount: 2, disturbance: 0.2 },
      { amount: 3, disturbance: 0.01 },
    ],
    b: [{}],
  });
  const { rates, disturbances } = await contest(contestants, { ...options, rounds: 2 }, clock);
  expect(turns.join('')).toBe('aaabba');
  expect(rates.get('a')).toEqual([3, 3]);
  expect(disturbances).toEqual([0.01, 0.01]);
});

test('where it never gets quiet the contest ends all the same, and tells how disturbed it was', async () => {
  const { turns, contestants } = crowd({
    a: [{ amount: 5, disturbance: 0.4 }, { disturbance: 0.6 }],
    b: [{}],
  });
  const { rates, disturbances } = await contest(contestants, { ...options, rounds: 2 }, clock);
  // Four turns were due, and four seconds of patience allow four more.
  expect(turns.length).toBe(8);
  expect(rates.get('a')).toEqual([5, 1]);
  expect(disturbances).toEqual([0.4, 0.6]);
});

test('a system that does not tell what others do is taken as quiet', async () => {
  const { turns, contestants } = crowd({ a: [{ disturbance: undefined }] });
  await contest(contestants, { ...options, rounds: 2 }, clock);
  expect(turns.length).toBe(2);
});
