import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { foretell, type RecallSettings } from '#generation';
import { Vocabulary } from '#text';
import { fakeSession } from '../fakes/noise-session.ts';

const vocabulary = Vocabulary.fromText(['甲乙丙丁。”“，\n'], 1);
const V = vocabulary.size;
/** Expects 甲 and 乙 much more than all others. */
const biased = (slots: number) =>
  fakeSession(() => {
    const logits = new Float64Array(V);
    for (const c of '甲乙') logits[vocabulary.encode(c)[0]!] = 6;
    return logits;
  }, slots);
const total = V - 2 + 2 * Math.exp(6);
const expectedOf = (token: number) => ('甲乙'.includes(vocabulary.decode([token])) ? Math.exp(6) : 1) / total;
const modelOf = (c: string) =>
  [...vocabulary.encode(c)].reduce((product, token) => product * expectedOf(token), 1);

/** What has followed, place by place, as the page on performance tells it. */
function oddsBehind(before: readonly string[], strength: number): Map<string, number> {
  const matches: { follower: string; length: number }[] = [];
  for (let at = Math.max(0, before.length - 2048); at < before.length - 1; at++) {
    let length = 0;
    while (
      length < 4 &&
      at - length >= Math.max(0, before.length - 2048) &&
      before[at - length] === before[before.length - 1 - length]
    )
      length++;
    if (length > 0) matches.push({ follower: before[at + 1]!, length });
  }
  const odds = new Map<string, number>();
  if (matches.length === 0) return odds;
  const longest = Math.max(...matches.map(({ length }) => length));
  const weights = Map.groupBy(matches, ({ follower }) => follower);
  const sum = matches.reduce((all, { length }) => all + 5 ** (length - 1), 0);
  const last = before.at(-1)!;
  const surprise = Math.max(1e-4, modelOf(last)) ** -0.25;
  const scale = ([0, 0.14, 0.44, 0.9, 1.46][longest]! * surprise * (last === '”' ? 5 : 1) * strength) / sum;
  weights.delete('\n');
  for (const [follower, some] of weights) {
    const each = some.map(({ length }) => 5 ** (length - 1));
    const amount = (each.reduce((a, b) => a + b) - 0.8 * Math.max(...each)) * scale;
    if (amount >= 0.002) odds.set(follower, amount);
  }
  return odds;
}

async function bitsOf(text: string, settings: RecallSettings): Promise<number[]> {
  await using session = biased(1);
  const [[bits]] = (await foretell(session, vocabulary, [text], [settings])) as [[Float64Array]];
  return [...bits];
}

const text = (c: string, max: number) => fc.array(fc.constantFrom(...c), { minLength: 1, maxLength: max });

describe('what beside the model foretells a text', () => {
  it('is what followed its last characters before, also of characters in bytes', async () => {
    await fc.assert(
      fc.asyncProperty(
        text('甲乙丙丁犇猋。”“，\n', 120),
        fc.constantFrom(0, 0.3, 0.5, 1),
        async (characters, strength) => {
          const bits = await bitsOf(characters.join(''), { cache: strength });
          for (const [at, c] of characters.entries()) {
            const odds = strength === 0 ? new Map() : oddsBehind(characters.slice(0, at), strength);
            const sum = [...odds.values()].reduce((a, b) => a + b, 1);
            expect(bits[at]).toBeCloseTo(-Math.log2((modelOf(c) + (odds.get(c) ?? 0)) / sum), 4);
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  it('goes 2,048 characters back and no further', async () => {
    const far = (gap: number) => ['丁猋', '丁猋', '，'.repeat(gap), '丁猋'].join('');
    const [near, beyond] = [await bitsOf(far(2000), { cache: 1 }), await bitsOf(far(2048), { cache: 1 })];
    expect(near.at(-1)).toBeLessThan(4);
    expect(beyond.at(-1)).toBeCloseTo(-Math.log2(modelOf('猋')), 4);
  });

  it('is a probability: over all that may follow it comes to 1', async () => {
    const before = '丁犇。丁犇，丁';
    const settings = { cache: 1, remembered: ['丁犇丙'] };
    let all = 0;
    for (const c of '甲乙丙丁。”“，\n犇') all += 2 ** -(await bitsOf(before + c, settings)).at(-1)!;
    const others = V - '甲乙丙丁。”“，\n'.length;
    const left = [...oddsBehind([...before], 1).values()].reduce((a, b) => a + b, 0);
    expect(left).toBeGreaterThan(0.1);
    // All other tokens have but what the model gives them, over the sum of all odds.
    expect(all).toBeLessThan(1);
    expect(all).toBeGreaterThan(1 - others / total - 0.01);
  });

  it('makes a remembered name cheap where it may begin, and its rest cheap once it has', async () => {
    const name = '丙犇丁';
    const at = (bits: readonly number[]) => bits.slice(-3);
    const sum = (bits: readonly number[]) => bits.reduce((a, b) => a + b, 0);
    for (const before of ['甲乙。', '“甲乙。”', '甲乙\n', '甲乙，']) {
      const plain = at(await bitsOf(before + name, {}));
      const known = at(await bitsOf(before + name, { remembered: [name] }));
      expect(known[0]).toBeLessThan(plain[0]! - 1);
      expect(sum(known.slice(1))).toBeLessThan(1);
      expect(sum(plain.slice(1))).toBeGreaterThan(20);
    }
  });

  it('takes a beginning that the model itself expected for no name', async () => {
    const cost = async (name: string) => (await bitsOf(`丙丁${name}`, { remembered: [`${name}丁`] })).at(-1)!;
    expect(await cost('甲丙')).toBeGreaterThan(5);
    expect(await cost('丁丙')).toBeLessThan(1);
  });

  it('tells of many texts and settings side by side what it tells of each alone', async () => {
    const texts = ['丁犇。丁犇', '', '甲'.repeat(70), '“丁”丙“丁”丙'];
    const settings = [{}, { cache: 0.5 }, { cache: 1, remembered: ['丁犇'] }];
    await using session = biased(texts.length);
    const together = await foretell(session, vocabulary, texts, settings);
    for (const [i, one] of texts.entries()) {
      for (const [j, some] of settings.entries()) {
        const alone = one === '' ? [] : await bitsOf(one, some);
        expect([...together[i]![j]!]).toEqual(alone);
      }
    }
  });
});
