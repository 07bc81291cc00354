import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Random } from '#random';

describe('Random', () => {
  it('is xoshiro128** 1.1: the outputs published for the state 1, 2, 3, 4', () => {
    const random = Random.from([1, 2, 3, 4]);
    expect(Array.from({ length: 10 }, () => random.bits())).toEqual([
      11520, 0, 5927040, 70819200, 2031721883, 1637235492, 1287239034, 3734860849, 3729100597, 4258142804,
    ]);
  });

  it('gives each list of integers a stream of its own', () => {
    const lists = [[], [0], [1], [0, 0], [0, 1], [1, 0], [2 ** 32], [2 ** 32 + 1], [-1]];
    const firsts = lists.map((list) => Random.seeded(...list).bits());
    expect(new Set(firsts).size).toBe(lists.length);
  });

  it('gives the same numbers for the same seed, and goes on where its state was taken', () => {
    fc.assert(
      fc.property(fc.nat({ max: Number.MAX_SAFE_INTEGER }), fc.nat({ max: 20 }), (seed, skip) => {
        const random = Random.seeded(seed);
        for (let i = 0; i < skip; i++) random.bits();
        const copy = Random.from(JSON.parse(JSON.stringify(random.state)));
        const again = Random.seeded(seed);
        for (let i = 0; i < skip; i++) again.bits();
        const next = [random.next(), random.bits()];
        expect([copy.next(), copy.bits()]).toEqual(next);
        expect([again.next(), again.bits()]).toEqual(next);
      }),
      { numRuns: 50 },
    );
  });

  it('gives numbers from 0 to below 1 that fill the range evenly', () => {
    const random = Random.seeded(0);
    const counts = new Array<number>(16).fill(0);
    const draws = 16_000;
    for (let i = 0; i < draws; i++) counts[Math.floor(random.next() * 16)]!++;
    const expected = draws / 16;
    const chiSquare = counts.reduce((sum, n) => sum + (n - expected) ** 2 / expected, 0);
    // 99.9 % of even sources stay below this with 15 degrees of freedom.
    expect(chiSquare).toBeLessThan(37.7);
  });

  it('gives whole numbers below a bound', () => {
    const random = Random.seeded(5);
    const seen = new Set(Array.from({ length: 200 }, () => random.below(3)));
    expect([...seen].sort()).toEqual([0, 1, 2]);
  });
});
