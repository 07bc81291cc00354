import type { Window } from '#engines';
import type { Model } from '#lstm';
import { dropoutMask, randomFrom, randomIds, randomModel } from './random.ts';

/** Every case is read in windows of this shape. */
export const SHAPE = { batch: 8, window: 16 };

export type Case = { readonly name: string; readonly model: Model };

const small = { vocabulary: 97, embedding: 24, hidden: 40 };

export const untied: Case = { name: 'untied', model: randomModel({ ...small, tied: false }, 1) };
export const tied: Case = { name: 'tied', model: randomModel({ ...small, tied: true }, 2) };
export const large: Case = {
  name: 'tied, V 1500',
  model: randomModel({ vocabulary: 1500, embedding: 32, hidden: 64, tied: true }, 3),
};

/** Logits 200 apart: exp and log of a probability leave float32 unless they are shifted. */
export const sharp: Case = {
  name: 'very sure of itself',
  model: {
    ...untied.model,
    weights: {
      ...untied.model.weights,
      'output.bias': untied.model.weights['output.bias']!.map((b) => 100 * b),
    },
  },
};
export const CASES: readonly Case[] = [untied, tied, large, sharp];

/** Windows of one run: dropout masks, and in every window but the first some rows that start afresh. */
export function windowsOf({ config }: Model, count: number, seed = 7): readonly Window[] {
  const random = randomFrom(seed);
  const { batch: B, window: T } = SHAPE;
  return Array.from({ length: count }, () => ({
    tokens: randomIds(B * T, config.vocabulary, random),
    targets: randomIds(B * T, config.vocabulary, random),
    keep: Float32Array.from({ length: B }, () => (random() < 0.7 ? 1 : 0)),
    inputMask: dropoutMask(B * config.embedding, 0.75, random),
    outputMask: dropoutMask(B * config.hidden, 0.75, random),
  }));
}

/** A text of `length` random ids. */
export const textOf = ({ config }: Model, length: number, seed = 9): Int32Array =>
  randomIds(length, config.vocabulary, randomFrom(seed));
