import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import { processorTime, timeOf } from '../../../bench/contest/processor-time.ts';

test('the time of all cores, and the idle part of it: nothing to do, or waiting for a disk', () => {
  const stat = 'cpu  100 20 30 400 50 6 7 80 900 1000\ncpu0 1 2 3 4 5 6 7 8 9 10\n';
  // Time of guests is in that of users already.
  expect(processorTime(stat)).toEqual({ total: expect.closeTo(6.93), idle: expect.closeTo(4.5) });
  expect(processorTime('')).toBeUndefined();
});

test('the time of a process, whatever its name', () => {
  const stat = '42 (a) b (c) S 1 42 42 0 -1 4194560 1 2 3 4 1234 66 0 0 20 0 5 0 100 1000 50';
  expect(timeOf(42, stat)).toBeCloseTo(13);
  expect(timeOf(42, '')).toBeUndefined();
});

test('this process has used some, where the system tells', () => {
  const told = existsSync('/proc/self/stat');
  expect((timeOf(process.pid) ?? 0) > 0).toBe(told);
  expect((processorTime()?.total ?? 0) > 0).toBe(told);
});
