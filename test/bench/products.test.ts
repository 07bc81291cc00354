import { expect, test } from 'vitest';
import { openSession, outputBuffers } from '#engines/onnx';
import { type PresetName, presets } from '#lstm';
import { trainingProducts } from '../../bench/arithmetic.ts';
import { countProducts, productsGraph, someFloats, stepProducts } from '../../bench/products.ts';
import { trainingGraph } from '../../src/engines/onnx/training-graph.ts';

const SHAPE = { batch: 3, window: 5 };
const configOf = (preset: PresetName) => ({
  ...presets[preset].model,
  vocabulary: 37,
  embedding: 11,
  hidden: 7,
});
const PRESETS: readonly PresetName[] = ['seed', 'standard'];

test.each(PRESETS)(
  'the bare products of %s are those of its training step, in order and each as often',
  (preset) => {
    const config = configOf(preset);
    const options = { ...presets[preset].recipe, ...SHAPE, clipNorm: Number.POSITIVE_INFINITY };
    const step = trainingGraph(config, options).nodes.filter(({ op }) => /Gemm|MatMul/.test(op));
    const bare = productsGraph(stepProducts(config, SHAPE)).nodes;
    const transposes = (nodes: typeof bare) =>
      nodes.map(({ op, attributes: { transA, transB } }) => `${op} ${transA} ${transB}`);
    expect(transposes(bare)).toEqual(transposes(step));
  },
);

test.each(PRESETS)('they multiply as often as the arithmetic of %s says', (preset) => {
  const config = configOf(preset);
  // The first step of a window has none before it whose state wants a gradient.
  const first = SHAPE.batch * 4 * config.hidden * config.hidden;
  const tokens = SHAPE.batch * SHAPE.window;
  expect(countProducts(stepProducts(config, SHAPE))).toBe(trainingProducts(config) * tokens - first);
});

test('the arithmetic of the note: 273 × 10⁹ operations a step', () => {
  const products = countProducts(
    stepProducts({ ...presets.seed.model, vocabulary: 4709 }, presets.seed.recipe),
  );
  expect(Math.round((2 * products) / 1e9)).toBe(273);
});

test.each(PRESETS)('the graph of %s runs, and every product is asked for', async (preset) => {
  const products = stepProducts(configOf(preset), SHAPE);
  const graph = productsGraph(products);
  expect(graph.outputs.length).toBe(products.reduce((sum, { times }) => sum + times, 0));
  const session = await openSession(graph, 1);
  try {
    const results = await session.run(someFloats(graph), outputBuffers(graph));
    const sizes = products.flatMap(({ m, n, times }) => Array(times).fill(m * n));
    expect(graph.outputs.map(({ name }) => results[name]!.size)).toEqual(sizes);
  } finally {
    await session.release();
  }
});
