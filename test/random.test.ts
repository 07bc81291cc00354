import { describe, expect, it } from 'vitest';
import { Random } from '#random';

describe('Random', () => {
  it('is xoshiro128**: the reference outputs from the state 1, 2, 3, 4', () => {
    const random = Random.from([1, 2, 3, 4]);
    expect(Array.from({ length: 5 }, () => random.bits())).toEqual([11520, 0, 5927040, 70819200, 2031721883]);
  });

  it('goes on from its state', () => {
    const random = Random.seeded(1, 2);
    random.bits();
    expect(Random.from(random.state).bits()).toBe(random.bits());
  });

  it('gives each list of integers a stream of its own, the same each time', () => {
    const first = (...seed: number[]) => Random.seeded(...seed).next();
    expect(first(1, 2)).toBe(first(1, 2));
    const all = [first(1), first(2), first(1, 0), first(0, 1), first(1, 2), first(2, 1), first(2 ** 32 + 1)];
    expect(new Set(all).size).toBe(all.length);
  });

  it('is even: 16 classes of 64,000 numbers', () => {
    const random = Random.seeded(9);
    const counts = new Array<number>(16).fill(0);
    for (let i = 0; i < 64_000; i++) counts[random.below(16)]!++;
    const chiSquare = counts.reduce((sum, n) => sum + (n - 4000) ** 2 / 4000, 0);
    expect(chiSquare).toBeLessThan(37.7);
  });
});
