import { elements, type ModelConfig, type WeightName, type Weights, weightShapes } from '#lstm';
import type { LstmState, Tensors } from './equations.ts';
import { type Matrix, matrix } from './matrix.ts';

/** Weights or moments as they are kept between steps: float32, writable. */
export type Float32Tensors = Partial<Record<WeightName, Float32Array>>;

/** Float32 weights widened to the float64 in which everything is computed. */
export function widen(config: ModelConfig, weights: Weights): Tensors {
  const out: Partial<Record<WeightName, Matrix>> = {};
  for (const [name, shape] of weightShapes(config)) {
    const [rows, columns] = shape.length === 2 ? shape : [1, ...shape];
    out[name] = matrix(rows!, columns!, weights[name] ?? []);
  }
  return out;
}

/** Float64 tensors rounded to float32. */
export function narrow(config: ModelConfig, tensors: Tensors): Float32Tensors {
  const out: Float32Tensors = {};
  for (const name of weightShapes(config).keys()) out[name] = Float32Array.from(tensors[name]!.data);
  return out;
}

/** A copy of `weights`, or zeros of the same shapes. */
export function copy(config: ModelConfig, weights?: Weights): Float32Tensors {
  const out: Float32Tensors = {};
  for (const [name, shape] of weightShapes(config))
    out[name] = weights === undefined ? new Float32Array(elements(shape)) : weights[name]!.slice();
  return out;
}

/** The state of `rows` rows as float32 arrays, [rows × H] each; zero where nothing was read yet. */
export class CarriedState {
  readonly h: Float32Array;
  readonly c: Float32Array;
  readonly #rows: number;
  readonly #hidden: number;

  constructor(rows: number, hidden: number) {
    this.h = new Float32Array(rows * hidden);
    this.c = new Float32Array(rows * hidden);
    this.#rows = rows;
    this.#hidden = hidden;
  }

  widened(): LstmState {
    return { h: matrix(this.#rows, this.#hidden, this.h), c: matrix(this.#rows, this.#hidden, this.c) };
  }

  set(state: { readonly h: ArrayLike<number>; readonly c: ArrayLike<number> }): void {
    this.h.set(state.h);
    this.c.set(state.c);
  }
}
