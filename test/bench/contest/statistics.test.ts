import { expect, test } from 'vitest';
import { figureOf, ratioOf, tidy } from '../../../bench/contest/statistics.ts';

test('a figure is the median with the least and the greatest, in whatever order the rounds came', () => {
  expect(figureOf([5, 1, 3])).toEqual({ median: 3, least: 1, greatest: 5 });
  expect(figureOf([4, 10, 1, 2])).toEqual({ median: 3, least: 1, greatest: 10 });
  expect(() => figureOf([])).toThrow(RangeError);
});

test('a ratio is taken within each round: a machine that slows down for both changes nothing', () => {
  const theirs = [100, 10, 1];
  const ours = [200, 20, 2];
  expect(ratioOf(ours, theirs)).toEqual({ median: 2, least: 2, greatest: 2 });
  // The ratio of the medians would be 30.
  expect(ratioOf([30, 30, 30], [1, 15, 1]).median).toBe(30);
  expect(ratioOf([10, 30, 90], [10, 1, 90])).toEqual({ median: 1, least: 1, greatest: 30 });
  expect(() => ratioOf([1], [1, 2])).toThrow(RangeError);
});

test('figures are told in three digits', () => {
  expect([0.012345, 1.2345, 99.94, 12345.6].map(tidy)).toEqual([0.0123, 1.23, 99.9, 12346]);
});
