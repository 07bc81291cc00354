import { expect, test } from 'vitest';
import { linearScale } from '../../../src/training/report/scale.ts';

test('ticks stand at round numbers', () => {
  expect(linearScale([0, 12.3e6], [0, 1], { count: 6, round: false }).ticks).toEqual([
    0, 2.5e6, 5e6, 7.5e6, 1e7,
  ]);
  expect(linearScale([5.18, 8.74], [0, 1], { count: 6, round: true }).ticks).toEqual([5, 6, 7, 8, 9]);
  expect(linearScale([0.1, 0.34], [0, 1], { count: 3, round: true }).ticks).toEqual([0.1, 0.2, 0.3, 0.4]);
});

test('rounding widens the domain to its ticks, otherwise its ends are kept', () => {
  const round = linearScale([5.2, 8.9], [400, 0], { count: 4, round: true });
  expect([round(5), round(9)]).toEqual([400, 0]);
  const exact = linearScale([0, 7], [10, 80], { count: 4, round: false });
  expect([exact(0), exact(7)]).toEqual([10, 80]);
});

test('a single value has a place in the middle', () => {
  const scale = linearScale([6, 6], [0, 100], { count: 4, round: false });
  expect(scale(6)).toBe(50);
  expect(linearScale([0, 0], [0, 100], { count: 4, round: false })(0)).toBe(50);
});
