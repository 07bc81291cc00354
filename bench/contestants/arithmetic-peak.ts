import { Graph, openSession, outputBuffers, units } from '#engines/onnx';
import { type PresetName, presets } from '#lstm';
import { VOCABULARY } from '../note.ts';
import { productsGraph, someFloats, stepProducts } from '../products.ts';
import type { Step } from './step.ts';

/** Nothing but the matrix products of a training step; counts the characters that the step would have read. */
export async function float32Products(task: {
  readonly preset: PresetName;
  readonly threads: number;
}): Promise<Step> {
  const { model, recipe } = presets[task.preset];
  const graph = productsGraph(stepProducts({ ...model, vocabulary: VOCABULARY }, recipe));
  const session = await openSession(graph, task.threads);
  const feeds = someFloats(graph);
  const results = outputBuffers(graph);
  return async () => {
    await session.run(feeds, results);
    return recipe.batch * recipe.window;
  };
}

const SIZE = 2048;

/** A large square product of 8-bit integers; counts multiply-accumulates. */
export async function integerPeak(task: { readonly threads: number }): Promise<Step> {
  const graph = new Graph();
  const a = graph.input('a', 'uint8', [SIZE, SIZE]);
  const values = new Int8Array(SIZE * SIZE);
  for (let i = 0; i < values.length; i++) values[i] = (i * 31) % 127;
  const b = graph.constant('b', 'int8', [SIZE, SIZE], values);
  const name = graph.op('MatMulInteger', [a, b]);
  graph.outputs.push({ name, type: 'int32', shape: [SIZE, SIZE] });
  const session = await openSession(graph, task.threads);
  const feeds = { a: units(new Uint8Array(SIZE * SIZE).fill(3), [SIZE, SIZE]) };
  const results = outputBuffers(graph);
  return async () => {
    await session.run(feeds, results);
    return SIZE ** 3;
  };
}
