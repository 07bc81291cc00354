import { expect, it } from 'vitest';
import { repeatedShare } from '#generation';

it('is the share of runs that have stood in the same text before', () => {
  expect(repeatedShare(['天地人天地'], 2)).toBeCloseTo(1 / 4);
  expect(repeatedShare(['天天天天'], 2)).toBeCloseTo(2 / 3);
  expect(repeatedShare(['天地人天地', '天地人'], 2)).toBeCloseTo(1 / 6);
  expect(repeatedShare(['🐒天🐒天'], 2)).toBeCloseTo(1 / 3);
  expect(repeatedShare(['天地', ''], 3)).toBe(0);
  expect(repeatedShare([], 8)).toBe(0);
});
