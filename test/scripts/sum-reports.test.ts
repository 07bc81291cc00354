import { expect, test } from 'vitest';
import { sumReports } from '../../scripts/check/sum-reports.ts';

const report = (passed: number, failed = 0, pending = 0, todo = 0) => ({
  numPassedTests: passed,
  numFailedTests: failed,
  numPendingTests: pending,
  numTodoTests: todo,
});

test('the suites are added up', () => {
  expect(sumReports([report(40), report(2)], 0)).toEqual({
    line: '42 passed, 0 failed, 0 skipped',
    failed: 0,
  });
});

test('a failed test and a failed step both count', () => {
  expect(sumReports([report(40, 1)], 2)).toEqual({ line: '40 passed, 3 failed, 0 skipped', failed: 3 });
});

test('what was skipped was not tested: the run has failed', () => {
  expect(sumReports([report(40, 0, 2, 1)], 0)).toEqual({ line: '40 passed, 1 failed, 3 skipped', failed: 1 });
});

test('nothing tested is a failure', () => {
  expect(sumReports([], 0).failed).toBe(1);
  expect(sumReports([report(0)], 0).line).toBe('0 passed, 1 failed, 0 skipped');
});
