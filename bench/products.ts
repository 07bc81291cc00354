import type { WindowShape } from '#engines';
import { floats, Graph } from '#engines/onnx';
import type { ModelConfig } from '#lstm';

/** `times` products of different [m × k] by [k × n]; `transA`, `transB`: stored the other way round. */
export type Product = {
  readonly m: number;
  readonly k: number;
  readonly n: number;
  readonly transA?: true;
  readonly transB?: true;
  readonly times: number;
  /** The second factor is the same each time. */
  readonly sharedB?: true;
};

/** The matrix products of one training step, in the order in which the step's graph runs them. */
export function stepProducts(config: ModelConfig, { batch: B, window: T }: WindowShape): readonly Product[] {
  const { embedding: E, hidden: H, vocabulary: V, tied } = config;
  const all = B * T;
  const G = 4 * H;
  const output: Product[] = tied
    ? [
        { m: all, k: H, n: E, times: 1 },
        { m: all, k: E, n: V, transB: true, times: 1 },
        { m: all, k: V, n: E, times: 1 },
        { m: H, k: all, n: E, transA: true, times: 1 },
        { m: V, k: all, n: E, transA: true, times: 1 },
        { m: all, k: E, n: H, transB: true, times: 1 },
      ]
    : [
        { m: all, k: H, n: V, times: 1 },
        { m: H, k: all, n: V, transA: true, times: 1 },
        { m: all, k: V, n: H, transB: true, times: 1 },
      ];
  return [
    { m: all, k: E, n: G, times: 1 },
    { m: B, k: H, n: G, times: T, sharedB: true },
    ...output,
    { m: B, k: G, n: H, transB: true, times: T - 1, sharedB: true },
    { m: H, k: all, n: G, transA: true, times: 1 },
    { m: E, k: all, n: G, transA: true, times: 1 },
    { m: all, k: G, n: E, transB: true, times: 1 },
  ];
}

/** Multiply-accumulates of all of them. */
export const countProducts = (products: readonly Product[]): number =>
  products.reduce((sum, { m, k, n, times }) => sum + m * k * n * times, 0);

/**
 * A graph of nothing but these products, its factors inputs as they are in a training step. Every product has a
 * factor of its own and an output of the graph, for the runtime drops what is not used and joins what is alike.
 */
export function productsGraph(products: readonly Product[]): Graph {
  const graph = new Graph();
  products.forEach(({ m, k, n, transA = false, transB = false, times, sharedB }, index) => {
    const shapeB = transB ? [n, k] : [k, n];
    const shared = sharedB && graph.input(`b${index}`, 'float32', shapeB);
    for (let time = 0; time < times; time++) {
      const a = graph.input(`a${index}.${time}`, 'float32', transA ? [k, m] : [m, k]);
      const b = shared || graph.input(`b${index}.${time}`, 'float32', shapeB);
      const name = graph.gemm(a, b, '', { transA, transB });
      graph.outputs.push({ name, type: 'float32', shape: [m, n] });
    }
  });
  return graph;
}

/** Numbers for every input of a graph of floats. */
export function someFloats({ inputs }: Graph) {
  return Object.fromEntries(
    inputs.map(({ name, shape }) => {
      const sizes = shape.map(Number);
      const data = new Float32Array(sizes.reduce((size, d) => size * d, 1));
      for (let i = 0; i < data.length; i++) data[i] = ((i * 7919) % 2003) / 2003 - 0.5;
      return [name, floats(data, sizes)];
    }),
  );
}
