import { describe, expect, it } from 'vitest';
import { presets } from '#lstm';
import { learningRateAt, windowAt } from '../../src/training/windows.ts';

const config = { vocabulary: 1000, embedding: 6, hidden: 10, tied: true };
const recipe = {
  ...presets.tiny.recipe,
  batch: 3,
  window: 4,
  inputDropout: 0.5,
  outputDropout: 0.25,
  restart: 0.2,
};
const stream = Int32Array.from({ length: 50 }, (_, i) => i);

describe('windowAt', () => {
  it('lets every row read on where it stopped, round and round', () => {
    for (let step = 0; step < 40; step++) {
      const now = windowAt(step, stream, config, recipe, 1);
      const next = windowAt(step + 1, stream, config, recipe, 1);
      for (let b = 0; b < 3; b++) {
        const row = now.tokens.slice(b * 4, b * 4 + 4);
        for (let t = 1; t < 4; t++) expect(row[t]).toBe((row[t - 1]! + 1) % 50);
        expect(now.targets[b * 4 + 3]).toBe((row[3]! + 1) % 50);
        expect(next.tokens[b * 4]).toBe(now.targets[b * 4 + 3]);
      }
    }
    expect([...windowAt(0, stream, config, recipe, 1).tokens].filter((_, i) => i % 4 === 0)).toEqual([
      0, 16, 33,
    ]);
  });

  it('is a function of the step and the seed', () => {
    expect(windowAt(7, stream, config, recipe, 1)).toEqual(windowAt(7, stream, config, recipe, 1));
    expect(windowAt(7, stream, config, recipe, 1).inputMask).not.toEqual(
      windowAt(8, stream, config, recipe, 1).inputMask,
    );
    expect(windowAt(7, stream, config, recipe, 1).inputMask).not.toEqual(
      windowAt(7, stream, config, recipe, 2).inputMask,
    );
  });

  it('drops the share it is told and keeps the mean', () => {
    let dropped = 0;
    let sum = 0;
    for (let step = 0; step < 400; step++) {
      for (const m of windowAt(step, stream, config, recipe, 1).outputMask) {
        if (m === 0) dropped++;
        sum += m / (400 * 30);
      }
    }
    expect(dropped / (400 * 30)).toBeCloseTo(0.25, 1);
    expect(sum).toBeCloseTo(1, 1);
  });

  it('starts every row from zero at first, and a share of them later', () => {
    expect([...windowAt(0, stream, config, recipe, 1).keep]).toEqual([0, 0, 0]);
    let restarted = 0;
    for (let step = 1; step <= 1000; step++) {
      restarted += windowAt(step, stream, config, recipe, 1).keep.filter((k) => k === 0).length;
    }
    expect(restarted / 3000).toBeCloseTo(0.2, 1);
    expect([...windowAt(1, stream, config, { ...recipe, restart: 0 }, 1).keep]).toEqual([1, 1, 1]);
  });
});

describe('learningRateAt', () => {
  const { recipe: standard } = presets.standard;
  it('warms up, reaches its peak and ends at 2 % of it', () => {
    const rates = Array.from({ length: 10_000 }, (_, step) => learningRateAt(step, 10_000, standard));
    expect(rates[0]).toBeCloseTo(standard.learningRate / 200, 10);
    expect(Math.max(...rates)).toBeCloseTo(standard.learningRate, 10);
    expect(rates.indexOf(Math.max(...rates))).toBe(199);
    expect(rates.at(-1)!).toBeCloseTo(0.02 * standard.learningRate, 6);
    for (let i = 201; i < rates.length; i++) expect(rates[i]!).toBeLessThan(rates[i - 1]!);
  });

  it('of a short run warms up over a tenth of it', () => {
    expect(learningRateAt(9, 100, standard)).toBeCloseTo(standard.learningRate, 10);
    expect(learningRateAt(0, 1, standard)).toBeCloseTo(standard.learningRate, 10);
  });

  it('of the note never changes', () => {
    for (const step of [0, 5, 999]) expect(learningRateAt(step, 1000, presets.seed.recipe)).toBe(1e-3);
  });
});
