import { expect } from 'vitest';
import type { Engine } from '#engines';
import type { Weights } from '#lstm';

/** How far an engine may be from the reference, or from itself. */
export type Tolerance = {
  /** Largest |a − b| of logits, losses and states in `differentiate`, `score` and `train`. */
  readonly logits: number;
  /** ‖a − b‖₂ / ‖b‖₂ of each tensor of gradients and moments, b the reference's. */
  readonly gradients: number;
  /** The same of the way that each weight tensor has gone from its start after five steps. */
  readonly training: number;
  /** Largest |a − b| of logits, logSumExp and states in `open`; a quantised path is coarser. */
  readonly serving: number;
  /** Largest |a − b| when the same tokens are read in other pieces or in other company; 0: the same bits. */
  readonly regrouping: number;
};

/** One promise of the port. `run` throws where the engine breaks it. */
export type EngineCheck = {
  readonly name: string;
  readonly run: (engine: Engine, tolerance: Tolerance) => Promise<void>;
};

/** Largest |a − b| ≤ tolerance. */
export function expectClose(
  what: string,
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  tolerance: number,
): void {
  expect(actual.length, `${what}: length`).toBe(expected.length);
  let largest = 0;
  for (let at = 0; at < expected.length; at++)
    if (!Object.is(actual[at], expected[at])) {
      const difference = Math.abs(actual[at]! - expected[at]!);
      largest = Math.max(largest, Number.isNaN(difference) ? Infinity : difference);
    }
  expect(largest, `${what}: largest difference`).toBeLessThanOrEqual(tolerance);
}

/** ‖a − b‖₂ ≤ tolerance · ‖b‖₂, tensor by tensor, the same tensors in both. */
export function expectAlike(what: string, actual: Weights, expected: Weights, tolerance: number): void {
  expect(Object.keys(actual).sort(), `${what}: tensors`).toEqual(Object.keys(expected).sort());
  for (const [name, b] of Object.entries(expected)) {
    const a = actual[name as keyof Weights]!;
    expect(a.length, `${what} of ${name}: length`).toBe(b.length);
    const size = norm(b);
    expect(size, `${what} of ${name} is something to compare`).toBeGreaterThan(0);
    const distance = norm(b.map((value, at) => a[at]! - value));
    expect(distance / size, `${what} of ${name}: ‖a − b‖ / ‖b‖`).toBeLessThanOrEqual(tolerance);
  }
}

/** `after` − `before` of every tensor. */
export function wayFrom(before: Weights, after: Weights): Weights {
  return Object.fromEntries(
    Object.entries(after).map(([name, values]) => [
      name,
      values.map((value, at) => value - before[name as keyof Weights]![at]!),
    ]),
  );
}

function norm(values: Float32Array): number {
  let squares = 0;
  for (const value of values) squares += value * value;
  return Math.sqrt(squares);
}
