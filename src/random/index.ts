/** Four unsigned 32-bit words: the whole state of a `Random`. */
export type RandomState = readonly [number, number, number, number];

/**
 * xoshiro128** (Blackman & Vigna 2018), seeded by SplitMix32-style mixing. The same on every machine: only
 * 32-bit integer arithmetic. Not for secrets.
 */
export class Random {
  #s: Uint32Array;

  private constructor(state: Iterable<number>) {
    this.#s = Uint32Array.from(state);
  }

  /** A generator for a list of integers, such as (seed, step, row); each list gives a stream of its own. */
  static seeded(...seed: readonly number[]): Random {
    let mixed = 0x9e3779b9;
    for (const part of seed) {
      mixed = mix(mixed ^ mix(part >>> 0));
      mixed = mix(mixed ^ mix(Math.floor(part / 2 ** 32) >>> 0) ^ 0x85ebca6b);
    }
    const words: number[] = [];
    for (let i = 0; i < 4; i++) {
      mixed = (mixed + 0x9e3779b9) >>> 0;
      words.push(mix(mixed));
    }
    if (!words.some(Boolean)) words[0] = 1;
    return new Random(words);
  }

  /** A generator that goes on from a state. */
  static from(state: RandomState): Random {
    return new Random(state);
  }

  get state(): RandomState {
    const [a, b, c, d] = this.#s;
    return [a!, b!, c!, d!];
  }

  /** 32 random bits, as an unsigned integer. */
  bits(): number {
    const s = this.#s;
    const result = Math.imul(rotate(Math.imul(s[1]!, 5), 7), 9) >>> 0;
    const t = s[1]! << 9;
    s[2]! ^= s[0]!;
    s[3]! ^= s[1]!;
    s[1]! ^= s[2]!;
    s[0]! ^= s[3]!;
    s[2]! ^= t;
    s[3] = rotate(s[3]!, 11);
    return result;
  }

  /** A number in [0, 1) with 53 random bits. */
  next(): number {
    return ((this.bits() >>> 5) * 2 ** 26 + (this.bits() >>> 6)) / 2 ** 53;
  }

  /** An integer in [0, n), n ≤ 2³²; the bias is below n/2⁵³. */
  below(n: number): number {
    return Math.floor(this.next() * n);
  }
}

const rotate = (x: number, k: number): number => (x << k) | (x >>> (32 - k));

/** A bijective mixer of 32-bit words (Steele et al. 2014's construction with Wellons' constants). */
function mix(x: number): number {
  let z = x >>> 0;
  z = Math.imul(z ^ (z >>> 16), 0x21f0aaad);
  z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
  return (z ^ (z >>> 15)) >>> 0;
}
