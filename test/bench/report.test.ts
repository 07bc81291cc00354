import { expect, test } from 'vitest';
import type { Result } from '../../bench/contest/team.ts';
import { rowsReport, weightsOf } from '../../bench/generation.ts';
import { compare, versionsOf } from '../../bench/report.ts';

const result = (rates: readonly number[], more: Partial<Result> = {}): Result => ({
  rates,
  versions: {},
  peakMemory: undefined,
  ...more,
});

test('ours is compared with each peer; a peer that did not run is null', () => {
  const results = new Map([
    ['seed', result([100, 200, 300])],
    [
      'keras',
      result([50, 50, 100], {
        variant: 'no jit',
        tried: { jit: null, 'no jit': 98.76 },
        peakMemory: 300 * 2 ** 20,
      }),
    ],
  ]);
  expect(compare(results, 'seed', ['keras', 'pytorchFloat32'])).toEqual({
    charsPerSecond: 200,
    vs: { keras: 3, pytorchFloat32: null },
    spread: {
      charsPerSecond: { median: 200, least: 100, greatest: 300 },
      vs: { keras: { median: 3, least: 2, greatest: 4 }, pytorchFloat32: null },
    },
    peers: {
      keras: {
        charsPerSecond: { median: 50, least: 50, greatest: 100 },
        way: 'no jit',
        tried: { jit: null, 'no jit': 98.8 },
        peakMebibytes: 300,
      },
    },
  });
});

test('versions of all contestants stand in one place', () => {
  const results = new Map([
    ['a', result([1], { versions: { torch: '2' } })],
    ['b', result([1], { versions: { keras: '3', tensorflow: '2' } })],
  ]);
  expect(versionsOf(results)).toEqual({ torch: '2', keras: '3', tensorflow: '2' });
});

test('writing names its share of the bound and every peer, also without any', () => {
  const others = ['plain', 'float32', 'standard', 'starter'].map((name) => [name, result([1])] as const);
  const results = new Map([...others, ['seed', result([1000])], ['limit', result([2e10])]]);
  const one = rowsReport(1, 9e6, results, [0]);
  expect(one).toMatchObject({ charsPerSecond: 1000, bound: { of: 'bandwidth', share: 0.45, limit: 2e10 } });
  expect(one.vs).toEqual({
    pytorchFloat32: null,
    pytorchBfloat16: null,
    pytorchInt8: null,
    keras: null,
    kerasLoop: null,
    kerasPredict: null,
  });
  expect(rowsReport(64, 9e6, results, [0]).bound.of).toBe('int8');
});

test('the weights of a character: the recurrent product and the output, in whole blocks', () => {
  const sizes = { vocabulary: 4709, embedding: 512, hidden: 1024 };
  expect(weightsOf({ ...sizes, tied: false })).toBe(4 * 1024 ** 2 + 1024 * 4720);
  expect(weightsOf({ ...sizes, tied: true })).toBe(4 * 1024 ** 2 + 1024 * 512 + 512 * 4720);
});
