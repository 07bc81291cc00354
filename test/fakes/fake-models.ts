import type { WritingSettings } from '#generation';
import { Random } from '#random';
import { type VerbatimFilter, Vocabulary } from '#text';
import { drawPassage, type FakeModel } from './draw-passage.ts';

export const STORY = '孙悟空听了，大笑道：“去也！”\n不见……——？。';
export const vocabulary = Vocabulary.fromText([STORY], 1);
/** A model that foretells noise over some tokens, the same behind the same. */
export function noise(seed: number, among: readonly number[], count: number, spread = 4): FakeModel {
  return (read) => {
    let digest = seed;
    for (const token of read) digest = (Math.imul(digest, 31) + token + 1) & 0xffffff;
    const random = Random.seeded(digest, read.length);
    const ids = new Set<number>();
    while (ids.size < Math.min(count, among.length)) ids.add(among[random.below(among.length)]!);
    const logits = Array.from(ids, () => spread * random.next()).sort((a, b) => b - a);
    return { ids: [...ids], logits };
  };
}

/** A model that is sure of a text, character by character, and then of its last character for ever. */
export function certain(v: Vocabulary, text: string): FakeModel {
  const tokens = v.encode(text);
  return ({ length }) => {
    const sure = tokens[Math.min(length, tokens.length - 1)]!;
    const others = Array.from({ length: 40 }, (_, i) => v.firstCharacter + i).filter(
      (id) => id !== sure && id < v.size,
    );
    return { ids: [sure, ...others], logits: [30, ...others.map((_, i) => 1 - i / 100)] };
  };
}

export const draw = (
  model: FakeModel,
  settings: Partial<WritingSettings> = {},
  more: {
    before?: string;
    verbatim?: VerbatimFilter;
    seed?: number;
    v?: Vocabulary;
    stopAfter?: number;
  } = {},
) => {
  const { before = '', verbatim, seed = 1, v = vocabulary, stopAfter } = more;
  const options = { vocabulary: v, random: Random.seeded(seed), before, verbatim };
  return drawPassage(
    { ...options, settings: { temperature: 0.7, length: 20, ...settings } },
    model,
    stopAfter,
  );
};

/** A model that knows what follows which text, the likeliest first; behind any other comes 。 */
export function scripted(v: Vocabulary, next: Readonly<Record<string, string>>): FakeModel {
  return (read) => {
    const ids = [...v.encode(next[v.decode(read)] ?? '。')];
    return { ids, logits: ids.map((_, i) => -30 * i) };
  };
}

/** All tokens of a vocabulary, or so many of the likeliest characters and of the bytes that some text needs. */
export const tokensOf = (v: Vocabulary, text: string): number[] => [
  ...new Set([
    ...v.encode(text),
    ...[...text].flatMap((c) => [...new TextEncoder().encode(c)].map((b) => v.firstByte + b)),
  ]),
];
