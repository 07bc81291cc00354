import { elements, type Model, type ModelConfig, type WeightName, weightShapes } from '#lstm';

/** A seeded stream of numbers in [0, 1): mulberry32, good enough to fill test tensors. */
export function randomFrom(seed: number): () => number {
  let a = seed >>> 0;
  return () => {
    a = (a + 0x6d2b79f5) >>> 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Evenly distributed in (−width, width). */
export function uniform(length: number, width: number, random: () => number): Float32Array {
  return Float32Array.from({ length }, () => (2 * random() - 1) * width);
}

/** `length` ids below `vocabulary`. */
export const randomIds = (length: number, vocabulary: number, random: () => number): Int32Array =>
  Int32Array.from({ length }, () => Math.floor(random() * vocabulary));

/** An inverted dropout mask: 0, or 1 over the share that is kept. */
export const dropoutMask = (length: number, kept: number, random: () => number): Float32Array =>
  Float32Array.from({ length }, () => (random() < kept ? 1 / kept : 0));

/**
 * A model whose gates work in the middle of their range and differ from each other: matrices of gain 1 to 2,
 * biases of order 1, so that a swapped gate or a wrong sign shows.
 */
export function randomModel(config: ModelConfig, seed: number): Model {
  const random = randomFrom(seed);
  const weights: Partial<Record<WeightName, Float32Array>> = {};
  for (const [name, shape] of weightShapes(config)) {
    const gain = name === 'embedding' ? 1 : shape.length === 1 ? 1 : 1.7 / Math.sqrt(shape[0]!);
    weights[name] = uniform(elements(shape), gain, random);
  }
  return { config, weights };
}
