import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Candidates,
  type Choice,
  defaultSettings,
  distribution,
  type SamplingSettings,
  sample,
  settingLimits,
} from '#generation';
import { Random } from '#random';

const any = { allows: (_id: number) => true };
/** All tokens of a row with these logits. */
const candidates = (logits: readonly number[]): Candidates => {
  const row: Candidates = {
    count: logits.length,
    ids: Int32Array.from(logits.keys()),
    logits: Float32Array.from(logits),
    all: () => row,
  };
  return row;
};
const bestOf = (logits: readonly number[]): number => logits.indexOf(Math.max(...logits));
const logitsOf = (probabilities: readonly number[]) => candidates(probabilities.map(Math.log));
const probabilities = (c: Candidates, settings: SamplingSettings, choice: Choice = any) =>
  Object.fromEntries(distribution(c, settings, choice).map(({ id, probability }) => [id, probability]));

/** Far enough from each other or equal: the exponentials of neighbouring floats can be one number. */
const someLogits = fc.array(
  fc.integer({ min: -30_000, max: 30_000 }).map((n) => n / 1000),
  { minLength: 1, maxLength: 40 },
);
const someSettings = fc.record({
  temperature: fc.double({ min: 0.1, max: 2, noNaN: true }),
  topK: fc.option(fc.integer({ min: 1, max: 50 }), { nil: undefined }),
  topP: fc.option(fc.double({ min: 0.01, max: 1, noNaN: true }), { nil: undefined }),
  minP: fc.option(fc.double({ min: 0, max: 1, noNaN: true }), { nil: undefined }),
});

describe('distribution', () => {
  it('is the softmax at temperature 1, and the softmax of divided logits at others', () => {
    const seen = probabilities(logitsOf([0.5, 0.3, 0.2]), { temperature: 1 });
    expect(seen[0]).toBeCloseTo(0.5, 6);
    expect(seen[1]).toBeCloseTo(0.3, 6);
    expect(seen[2]).toBeCloseTo(0.2, 6);

    const half = probabilities(logitsOf([0.5, 0.3, 0.2]), { temperature: 0.5 });
    const total = 0.25 + 0.09 + 0.04;
    expect(half[0]).toBeCloseTo(0.25 / total, 6);
    expect(half[2]).toBeCloseTo(0.04 / total, 6);
  });

  it('cuts in the order temperature, top-k, top-p, min-p', () => {
    const four = logitsOf([0.4, 0.3, 0.2, 0.1]);
    expect(Object.keys(probabilities(four, { temperature: 1, topK: 2 }))).toEqual(['0', '1']);
    // 0.4 + 0.3 reaches 0.7 of the whole; of the best three (0.9) it is 0.78.
    expect(Object.keys(probabilities(four, { temperature: 1, topP: 0.75 }))).toEqual(['0', '1', '2']);
    expect(Object.keys(probabilities(four, { temperature: 1, topK: 3, topP: 0.75 }))).toEqual(['0', '1']);
    // At temperature 0.5 the first two hold 0.83: temperature comes before top-p.
    expect(Object.keys(probabilities(four, { temperature: 0.5, topP: 0.75 }))).toEqual(['0', '1']);
    // 0.2 is half of 0.4, 0.1 a quarter.
    expect(Object.keys(probabilities(four, { temperature: 1, minP: 0.45 }))).toEqual(['0', '1', '2']);
    expect(Object.keys(probabilities(four, { temperature: 0.5, minP: 0.45 }))).toEqual(['0', '1']);
  });

  it('with min-p 1 leaves the likeliest, and what is level with it', () => {
    const level = logitsOf([0.4, 0.2, 0.4]);
    expect(Object.keys(probabilities(level, { temperature: 1, minP: 1 }))).toEqual(['0', '2']);
  });

  it('is set between a temperature of 0.1 and 2, and at 0.7 unless told otherwise', () => {
    expect(settingLimits.temperature).toEqual({ min: 0.1, max: 2 });
    expect(defaultSettings).toMatchObject({ temperature: 0.7, length: 120 });
  });

  it('shares what the cut took among what is left', () => {
    const seen = probabilities(logitsOf([0.4, 0.3, 0.2, 0.1]), { temperature: 1, topK: 2 });
    expect(seen[0]).toBeCloseTo(4 / 7, 6);
    expect(seen[1]).toBeCloseTo(3 / 7, 6);
  });

  it('cuts among the tokens that are allowed, not among all', () => {
    const four = logitsOf([0.4, 0.3, 0.2, 0.1]);
    const allows = (id: number) => id >= 2;
    expect(Object.keys(probabilities(four, { temperature: 1, topK: 1 }, { allows }))).toEqual(['2']);
    expect(distribution(four, { temperature: 1, topP: 0.5 }, { allows: () => false })).toEqual([]);
  });

  it('adds to logits before all else, and keeps the best first', () => {
    const four = logitsOf([0.4, 0.3, 0.2, 0.1]);
    const adjust = new Map([
      [0, Math.log(0.25)],
      [3, Math.log(5)],
    ]);
    const seen = distribution(four, { temperature: 1 }, { ...any, adjust });
    expect(seen.map(({ id }) => id)).toEqual([3, 1, 2, 0]);
    expect(seen.map(({ probability }) => probability)).toEqual([
      expect.closeTo(0.5 / 1.1, 6),
      expect.closeTo(0.3 / 1.1, 6),
      expect.closeTo(0.2 / 1.1, 6),
      expect.closeTo(0.1 / 1.1, 6),
    ]);
    const best = distribution(four, { temperature: 0.5, topK: 2 }, { ...any, adjust });
    expect(best.map(({ id }) => id)).toEqual([3, 1]);
    expect(best[0]!.probability).toBeCloseTo(0.25 / 0.34, 6);
  });

  it('gives the same with an adjustment of nothing as with none', () => {
    fc.assert(
      fc.property(someLogits, someSettings, (logits, settings) => {
        const c = candidates(logits);
        const adjusted = distribution(c, settings, {
          ...any,
          adjust: new Map(logits.map((_, id) => [id, 0])),
        });
        expect(adjusted).toEqual(distribution(c, settings, any));
      }),
    );
  });

  it('never leaves nothing, and always sums to 1', () => {
    fc.assert(
      fc.property(someLogits, someSettings, (logits, settings) => {
        const chances = distribution(candidates(logits), settings, any);
        expect(chances.length).toBeGreaterThan(0);
        expect(chances.reduce((sum, { probability }) => sum + probability, 0)).toBeCloseTo(1, 9);
        expect(chances[0]!.id).toBe(bestOf(logits));
      }),
    );
  });
});

describe('sample', () => {
  it('is the argmax with top-k 1', () => {
    fc.assert(
      fc.property(someLogits, fc.integer(), (logits, seed) => {
        const drawn = sample(candidates(logits), { temperature: 2, topK: 1 }, Random.seeded(seed));
        expect(drawn).toBe(bestOf(logits));
      }),
    );
  });

  it('is nearly the argmax at temperature 0.1', () => {
    const random = Random.seeded(1);
    const close = logitsOf([0.4, 0.2, 0.2, 0.2]);
    const drawn = Array.from({ length: 2000 }, () => sample(close, { temperature: 0.1 }, random));
    // (0.4 / 0.2)^10 = 1,024 to 1 against each of the others.
    expect(drawn.filter((id) => id !== 0).length).toBeLessThan(20);
    expect(drawn.filter((id) => id === 0).length).toBeGreaterThan(1980);
  });

  it('draws what `allows` admits and nothing when it admits nothing', () => {
    fc.assert(
      fc.property(someLogits, someSettings, fc.integer(), (logits, settings, seed) => {
        const odd = (id: number) => id % 2 === 1;
        const drawn = sample(candidates(logits), settings, Random.seeded(seed), { allows: odd });
        if (logits.length < 2) expect(drawn).toBeUndefined();
        else expect(odd(drawn!)).toBe(true);
      }),
    );
  });

  it.each([
    { temperature: 1 },
    { temperature: 0.7, topK: 5 },
    { temperature: 1.5, topP: 0.9 },
    { temperature: 1.2, minP: 0.1 },
  ])('draws with the frequencies of its distribution: %o', (settings) => {
    const c = candidates([2.1, 0.3, 1.7, -0.4, 0.9, 1.1, -1.2, 0.1]);
    const random = Random.seeded(2024);
    const draws = 20_000;
    const counts = new Map<number, number>();
    for (let i = 0; i < draws; i++) {
      const id = sample(c, settings, random)!;
      counts.set(id, (counts.get(id) ?? 0) + 1);
    }
    const chances = distribution(c, settings, any);
    const chiSquare = chances.reduce((sum, { id, probability }) => {
      const expected = probability * draws;
      return sum + ((counts.get(id) ?? 0) - expected) ** 2 / expected;
    }, 0);
    expect([...counts.keys()].every((id) => chances.some((chance) => chance.id === id))).toBe(true);
    // 99.9 % quantile at the most degrees of freedom here, 7.
    expect(chiSquare).toBeLessThan(24.3);
  });

  it('uses one random number a token that it tries, whatever the settings', () => {
    for (const settings of [
      { temperature: 1 },
      { temperature: 1, minP: 0.01 },
      { temperature: 1, topP: 0.1 },
    ]) {
      const [a, b] = [Random.seeded(3), Random.seeded(3)];
      sample(candidates([1, 2, 3]), settings, a);
      b.next();
      expect(a.state).toEqual(b.state);
    }
  });

  it.each([{ temperature: 1 }, { temperature: 0.8, minP: 0.1 }, { temperature: 1, topK: 4 }])(
    'draws among the allowed as if the others were not there, also where the best is not: %o',
    (settings) => {
      const all = candidates([2.1, 0.3, 1.7, -0.4, 0.9, 1.1, -1.2, 0.1]);
      const near = { ...all, count: 3, all: () => all };
      // Nothing of what is near the best.
      const allows = (id: number) => id > 2;
      const adjust = new Map([[4, -0.5]]);
      const random = Random.seeded(77);
      const counts = new Map<number, number>();
      const draws = 20_000;
      for (let i = 0; i < draws; i++) {
        const id = sample('topK' in settings ? all : near, settings, random, { allows, adjust })!;
        counts.set(id, (counts.get(id) ?? 0) + 1);
      }
      const chances = distribution(all, settings, { allows, adjust });
      expect([...counts.keys()].sort()).toEqual(chances.map(({ id }) => id).sort());
      for (const { id, probability } of chances)
        expect(counts.get(id)! / draws).toBeCloseTo(probability, 1.7);
    },
  );

  it('leaves by min-p what its distribution leaves, where the best may not be drawn', () => {
    const tail = Array.from({ length: 40 }, () => Math.log(0.0095));
    const row = candidates([0, Math.log(0.9), Math.log(0.9), ...tail]);
    const settings = { temperature: 1, minP: 0.01 };
    const allows = (id: number) => id !== 0;
    const expected = distribution(row, settings, { allows })
      .filter(({ id }) => id > 2)
      .reduce((sum, { probability }) => sum + probability, 0);
    const random = Random.seeded(11);
    const draws = 20_000;
    let inTail = 0;
    for (let i = 0; i < draws; i++) if (sample(row, settings, random, { allows })! > 2) inTail++;
    expect(expected).toBeGreaterThan(0.15);
    expect(Math.abs(inTail / draws - expected)).toBeLessThan(0.015);
  });
});

describe('odds', () => {
  it('are added to probabilities behind the temperature, those of the candidates being 1 together', () => {
    const row = logitsOf([0.5, 0.25, 0.25]);
    const odds = new Map([
      [1, 0.5],
      [7, 0.5],
    ]);
    const found = probabilities(row, { temperature: 0.5 }, { ...any, odds });
    // Squares: 4, 1 and 1 of 6; then a half each for 1 and for 7, which is not among them; all over 2.
    expect(found[0]).toBeCloseTo(4 / 6 / 2, 9);
    expect(found[1]).toBeCloseTo((1 / 6 + 0.5) / 2, 9);
    expect(found[2]).toBeCloseTo(1 / 6 / 2, 9);
    expect(found[7]).toBeCloseTo(0.5 / 2, 9);
  });

  it('come before min-p and adjustments, and drawing keeps to them', () => {
    const row = logitsOf([0.9, 0.1]);
    const odds = new Map([
      [5, 1],
      [6, 0.01],
    ]);
    const choice = { ...any, odds, adjust: new Map([[5, Math.log(3)]]) };
    const found = probabilities(row, { temperature: 1, minP: 0.02 }, choice);
    expect(Object.keys(found)).toEqual(['0', '1', '5']);
    expect(found[5]).toBeCloseTo(3 / 4, 6);
    const random = Random.seeded(1);
    const drawn = Array.from({ length: 4000 }, () =>
      sample(row, { temperature: 1, minP: 0.02 }, random, choice),
    );
    expect(drawn.filter((id) => id === 5).length / 4000).toBeCloseTo(3 / 4, 1);
    expect(drawn).not.toContain(6);
  });
});
