import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fitBudget } from '../../src/training/budget.ts';
import { windowsToRead } from '../../src/training/evaluate.ts';

describe('fitBudget', () => {
  it('fits steps and their evaluations into the time, and wastes little of it', () => {
    const time = fc.double({ min: 0.05, max: 30, noNaN: true });
    fc.assert(
      fc.property(
        fc.double({ min: 60, max: 36_000, noNaN: true }),
        time,
        time,
        (budget, step, evaluation) => {
          const { totalSteps, evaluateEvery } = fitBudget(budget, step, evaluation);
          const evaluations = Math.floor(totalSteps / evaluateEvery) + (totalSteps % evaluateEvery ? 1 : 0);
          const spent = totalSteps * step + evaluations * evaluation;
          if (totalSteps > 1) expect(spent).toBeLessThanOrEqual(budget);
          expect(spent + 2 * evaluation + 2 * step).toBeGreaterThan(0.9 * budget);
          // Evaluating, the last one apart, takes a quarter of the stepping at most.
          expect(evaluation).toBeLessThanOrEqual(0.2501 * evaluateEvery * step);
        },
      ),
      { numRuns: 2000 },
    );
  });

  it('one minute of a step in 0.28 s and an evaluation in 7.4 s: most of it is stepping', () => {
    expect(fitBudget(60, 0.28, 7.4)).toEqual({ totalSteps: 136, evaluateEvery: 106 });
  });
});

describe('windowsToRead', () => {
  it('is what the fullest row has to read', () => {
    expect(windowsToRead([64 * 3, 64 * 2 + 1, 5])).toBe(3);
    expect(windowsToRead(new Array(32).fill(100))).toBe(4);
    expect(windowsToRead([])).toBe(0);
  });
});
