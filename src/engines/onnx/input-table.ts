import type { ServingModel } from '#lstm';
import { Graph } from './graph.ts';
import { floats, openSession } from './session.ts';

/**
 * x·W + b of `embeddings` [n × E]: the table [n, 4H] that steps gather from, so that no step multiplies by W. Made by
 * one thread: how many there are must not show in its last bits.
 */
export async function inputTable({ config, kernel, bias }: ServingModel, embeddings: Float32Array) {
  const { embedding: E, hidden: H } = config;
  const graph = new Graph();
  const product = graph.gemm(
    graph.input('embeddings', 'float32', ['n', E]),
    graph.input('kernel', 'float32', [E, 4 * H]),
    graph.input('bias', 'float32', [4 * H]),
  );
  graph.output('table', product, 'float32', ['n', 4 * H]);
  const n = embeddings.length / E;
  const table = floats(new Float32Array(n * 4 * H), [n, 4 * H]);
  const session = await openSession(graph, 1);
  const feeds = {
    embeddings: floats(embeddings, [n, E]),
    kernel: floats(kernel, [E, 4 * H]),
    bias: floats(bias, [4 * H]),
  };
  await session.run(feeds, { table });
  await session.release();
  return table;
}
