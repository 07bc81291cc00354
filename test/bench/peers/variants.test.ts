import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import { generationVariants, trainingVariants } from '../../../bench/peers/variants.ts';

const taskOf = (args: readonly string[]) => JSON.parse(args[1]!) as Record<string, unknown>;

test('every way of every peer runs at the sizes of the note, on as many threads as ours', () => {
  const sizes = { vocabulary: 4709, embedding: 512, hidden: 1024, threads: 3 };
  const all = [
    ...[...trainingVariants('python', 3).values()]
      .flat()
      .map(({ plan }) => ({ plan, more: { batch: 64, window: 64 } })),
    ...[...generationVariants('python', 3, 64).values()]
      .flat()
      .map(({ plan }) => ({ plan, more: { rows: 64, temperature: 0.7 } })),
  ];
  for (const { plan, more } of all) {
    expect(existsSync(plan.args[0]!)).toBe(true);
    expect(plan.command).toBe('python');
    expect(plan.env).toMatchObject({ OMP_NUM_THREADS: '3', MKL_NUM_THREADS: '3' });
    expect(taskOf(plan.args)).toMatchObject({ ...sizes, ...more });
  }
});

test('no two ways of a peer are the same', () => {
  for (const peers of [trainingVariants('python', 2), generationVariants('python', 2, 1)]) {
    for (const variants of peers.values()) {
      expect(new Set(variants.map(({ name }) => name)).size).toBe(variants.length);
      expect(new Set(variants.map(({ plan }) => plan.args[1])).size).toBe(variants.length);
    }
  }
});
