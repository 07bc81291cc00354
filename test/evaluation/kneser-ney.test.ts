import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Vocabulary } from '#text';
import { KneserNey } from '../../src/evaluation/kneser-ney.ts';

const stream = (...tokens: number[]) => Int32Array.from(tokens);
const [a, b, c, d] = [0, 1, 2, 3];

/** The same written from the paper: over lists of padded n-grams, with γ from N₁, N₂ and N₃₊. */
function byDefinition(streams: readonly Int32Array[], order: number, alphabet: number) {
  const pad = (tokens: Iterable<number>) => [...Array<number>(order - 1).fill(-1), ...tokens];
  const longest = new Map<string, number>();
  for (const tokens of streams) {
    const padded = pad(tokens);
    for (let i = order; i <= padded.length; i++) {
      const gram = padded.slice(i - order, i).join();
      longest.set(gram, (longest.get(gram) ?? 0) + 1);
    }
  }
  const counts = [longest];
  while (counts.length < order) {
    const shorter = new Map<string, number>();
    for (const gram of counts[0]!.keys()) {
      const rest = gram.slice(gram.indexOf(',') + 1);
      shorter.set(rest, (shorter.get(rest) ?? 0) + 1);
    }
    counts.unshift(shorter);
  }
  const levels = counts.map((grams) => {
    const n = [0, 1, 2, 3, 4].map((times) => [...grams.values()].filter((count) => count === times).length);
    const Y = n[1]! / (n[1]! + 2 * n[2]!);
    const D = [1, 2, 3].map((i) => i - ((i + 1) * Y * n[i + 1]!) / n[i]!);
    const own = n.slice(1).every((times) => times > 0) && D.every((discount) => discount >= 0);
    return { grams, own, D: own ? D : [0.5, 1, 1.5] };
  });
  const probability = (history: readonly number[], token: number): number => {
    const { grams, D } = levels[history.length]!;
    const lower = history.length === 0 ? 1 / alphabet : probability(history.slice(1), token);
    const following = [...grams].filter(
      ([gram]) => [...history, ''].join() === gram.slice(0, gram.lastIndexOf(',') + 1),
    );
    const total = following.reduce((sum, [, count]) => sum + count, 0);
    if (total === 0) return lower;
    const N = (test: (count: number) => boolean) => following.filter(([, count]) => test(count)).length;
    const freed = D[0]! * N((n) => n === 1) + D[1]! * N((n) => n === 2) + D[2]! * N((n) => n > 2);
    const count = grams.get([...history, token].join()) ?? 0;
    const discount = count === 0 ? 0 : D[Math.min(count, 3) - 1]!;
    return (count - discount) / total + (freed / total) * lower;
  };
  return {
    own: levels.map(({ own }) => own),
    probabilities: (tokens: Int32Array) => {
      const padded = pad(tokens);
      return Array.from(tokens, (token, i) => probability(padded.slice(i, i + order - 1), token));
    },
  };
}

describe('KneserNey', () => {
  it('gives what was worked out by hand for ababac', () => {
    // Too few grams for discounts of their own: ½, 1, 1½. Behind how many different tokens each stands: a 2, b 1, c 1;
    // 4 together, ½ + ½ + 1 = 2 taken off. p(a) = (1 + 2/4) / 4 = 3/8, p(b) = p(c) = (½ + ½) / 4 = ¼, p(d) = ⅛.
    // Behind a: ab twice, ac once; 3 together, 1½ taken off. p(b|a) = (1 + 1½·¼) / 3 = 11/24.
    const model = KneserNey.train([stream(a, b, a, b, a, c)], { order: 2, alphabet: 4 });
    const chanceOf = (...tokens: number[]) => model.probabilities(stream(...tokens)).at(-1);
    expect(chanceOf(a, a)).toBeCloseTo((1.5 * 3) / 8 / 3, 12);
    expect(chanceOf(a, b)).toBeCloseTo(11 / 24, 12);
    expect(chanceOf(a, c)).toBeCloseTo((0.5 + 1.5 / 4) / 3, 12);
    expect(chanceOf(a, d)).toBeCloseTo(1.5 / 8 / 3, 12);
    // The beginning was seen once, before an a; d never, so that what follows it is told without it.
    expect(chanceOf(a)).toBeCloseTo(0.5 + (0.5 * 3) / 8, 12);
    expect(chanceOf(d, a)).toBeCloseTo(3 / 8, 12);
    expect(chanceOf(d, d)).toBeCloseTo(1 / 8, 12);
  });

  it('takes its discounts from how many grams were counted once, twice, three and four times', () => {
    // Four tokens once, three twice, two three times, one four times, of 20: Y = 4/10, D = 0.4, 1.2, 2.2.
    const counts = [1, 1, 1, 1, 2, 2, 2, 3, 3, 4];
    const tokens = counts.flatMap((count, token) => Array<number>(count).fill(token));
    const model = KneserNey.train([Int32Array.from(tokens)], { order: 1, alphabet: 20 });
    const [once, twice, thrice, fourfold, never] = model.probabilities(stream(0, 4, 7, 9, 10));
    const chance = (4 * 0.4 + 3 * 1.2 + 3 * 2.2) / 20;
    expect(once).toBeCloseTo((0.6 + chance) / 20, 12);
    expect(twice).toBeCloseTo((0.8 + chance) / 20, 12);
    expect(thrice).toBeCloseTo((0.8 + chance) / 20, 12);
    expect(fourfold).toBeCloseTo((1.8 + chance) / 20, 12);
    expect(never).toBeCloseTo(chance / 20, 12);
  });

  it('agrees with the definition, discounts of its own included', () => {
    // Rare words and frequent ones, of three tokens each, as in a text.
    const word = fc.integer({ min: 0, max: 99 }).map((x) => {
      const rank = Math.floor(2 ** (x / 15));
      return [rank, (rank * 7) % 40, rank % 4];
    });
    const uneven = fc.array(word, { minLength: 30, maxLength: 50 }).map((words) => words.flat());
    const seen = [0, 0, 0];
    fc.assert(
      fc.property(fc.array(uneven, { minLength: 1, maxLength: 3 }), uneven, (texts, other) => {
        const streams = texts.map((tokens) => Int32Array.from(tokens));
        const definition = byDefinition(streams, 3, 100);
        definition.own.forEach((own, n) => {
          if (own) seen[n]!++;
        });
        const model = KneserNey.train(streams, { order: 3, alphabet: 100 });
        for (const tokens of [...streams, Int32Array.from(other)]) {
          const expected = definition.probabilities(tokens);
          model.probabilities(tokens).forEach((p, i) => {
            expect(p).toBeCloseTo(expected[i]!, 10);
          });
        }
      }),
      { numRuns: 25, seed: 7 },
    );
    for (const times of seen) expect(times).toBeGreaterThan(0);
  });

  it('shares out exactly 1 over all characters and bytes, after whatever was read', () => {
    const text = '石猴跳出山来，大笑一声。石猴又笑，众猴大笑。\n那山中的石猴，跳来跳去。\n';
    const vocabulary = Vocabulary.fromText([text], 2);
    const alphabet = vocabulary.size - vocabulary.firstByte;
    const model = KneserNey.train([vocabulary.encode(text), vocabulary.encode('山中大笑🐒。')], {
      order: 5,
      alphabet,
    });
    const piece = fc.oneof(
      fc.constantFrom('石猴跳', '大笑一声。', '🐒', '龘', '猴又笑，众', 'monkey'),
      fc.string({ unit: 'grapheme', maxLength: 3 }),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 4 }), (pieces) => {
        const history = vocabulary.encode(pieces.join(''));
        let sum = 0;
        for (let token = vocabulary.firstByte; token < vocabulary.size; token++) {
          const p = model.probabilities(Int32Array.of(...history, token)).at(-1)!;
          expect(p).toBeGreaterThan(0);
          sum += p;
        }
        expect(sum).toBeCloseTo(1, 9);
      }),
      { numRuns: 50 },
    );
  });
});
