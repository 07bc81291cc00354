import type { Model, WeightName } from '#lstm';
import { weightShapes } from '#lstm';
import type { Differential, Window, WindowShape } from '../engine.ts';
import { trainingFeeds, weightFeeds } from './feeds.ts';
import type { Graph } from './graph.ts';
import { floats, openSession, transpose } from './session.ts';
import { gradientGraph } from './training-graph.ts';

/** Loss, logits and gradients of one window from the zero state. `graph` may be an altered one, for checks. */
export async function differentiate(
  model: Model,
  window: Window,
  shape: WindowShape,
  graph: Graph = gradientGraph(model.config, shape),
): Promise<Differential> {
  const { config } = model;
  const { batch: B, window: T } = shape;
  const zero = floats(new Float32Array(B * config.hidden), [B, config.hidden]);
  const session = await openSession(graph, shape.threads);
  try {
    const feeds = {
      ...weightFeeds(config, model.weights),
      ...trainingFeeds(config, window, shape),
      h: zero,
      c: zero,
    };
    const out = await session.run(feeds);
    const data = (name: string) => out[name]!.data as Float32Array;
    const gradients: Partial<Record<WeightName, Float32Array>> = {};
    for (const name of weightShapes(config).keys()) gradients[name] = data(`gradient.${name}`);
    const rows = timeMajorToRows(data('logits'), B, T, config.vocabulary);
    return { loss: data('loss')[0]!, logits: rows, gradients, h: data('hNext'), c: data('cNext') };
  } finally {
    await session.release();
  }
}

/** [T × B, V] → [B × T, V]. */
function timeMajorToRows(source: Float32Array, B: number, T: number, V: number): Float32Array {
  const order = transpose(
    Int32Array.from({ length: B * T }, (_, i) => i),
    T,
    B,
  );
  const result = new Float32Array(source.length);
  order.forEach((from, to) => {
    result.set(source.subarray(from * V, (from + 1) * V), to * V);
  });
  return result;
}
