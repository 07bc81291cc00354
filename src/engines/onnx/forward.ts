import { type ModelConfig, type WeightName, weightShapes } from '#lstm';
import type { Graph } from './graph.ts';

/** Names of the weights inside a graph. */
export type WeightNames = Readonly<Partial<Record<WeightName, string>>>;

/** Declares every weight of the model as an input `prefix + name` of the graph. */
export function weightInputs(graph: Graph, config: ModelConfig, prefix = ''): WeightNames {
  const names: Partial<Record<WeightName, string>> = {};
  for (const [name, shape] of weightShapes(config))
    names[name] = graph.input(prefix + name, 'float32', shape);
  return names;
}

/** What one step of the LSTM leaves for its gradient. All are [rows, H]. */
export type StepTrace = {
  readonly f: string;
  readonly i: string;
  readonly g: string;
  readonly o: string;
  readonly cBefore: string;
  readonly hBefore: string;
  readonly tanhC: string;
  readonly c: string;
  readonly h: string;
};

/**
 * One step: `zx` [rows, 4H] is x·W + b; adds h·U, then
 * f, i, o = σ, g = tanh; c' = f∘c + i∘g; h' = o∘tanh(c') (Gers et al. 2000, without peepholes).
 */
export function lstmStep(
  graph: Graph,
  zx: string,
  recurrent: string,
  hBefore: string,
  cBefore: string,
): StepTrace {
  const z = graph.gemm(hBefore, recurrent, zx);
  const [zf, zi, zg, zo] = graph.split(z, 4, 1) as [string, string, string, string];
  const f = graph.op('Sigmoid', [zf]);
  const i = graph.op('Sigmoid', [zi]);
  const g = graph.op('Tanh', [zg]);
  const o = graph.op('Sigmoid', [zo]);
  const c = graph.add(graph.mul(f, cBefore), graph.mul(i, g));
  const tanhC = graph.op('Tanh', [c]);
  const h = graph.mul(o, tanhC);
  return { f, i, g, o, cBefore, hBefore, tanhC, c, h };
}

/** The steps of `window` tokens whose input products `zx` [window × rows, 4H] stand one step after the other. */
export function lstmWindow(
  graph: Graph,
  zx: string,
  recurrent: string,
  h: string,
  c: string,
  window: number,
): StepTrace[] {
  const steps: StepTrace[] = [];
  for (const part of graph.split(zx, window, 0)) {
    const before = steps.at(-1) ?? { h, c };
    steps.push(lstmStep(graph, part, recurrent, before.h, before.c));
  }
  return steps;
}

/** Logits [rows, V] of h [rows, H]; `projected` [rows, E] is the input of the tied output layer. */
export function outputLayer(
  graph: Graph,
  config: ModelConfig,
  weights: WeightNames,
  h: string,
): { readonly logits: string; readonly projected: string } {
  if (!config.tied) {
    return { logits: graph.gemm(h, weights['output.kernel']!, weights['output.bias']!), projected: h };
  }
  const projected = graph.gemm(h, weights['output.projection']!);
  const logits = graph.gemm(projected, weights.embedding!, weights['output.bias']!, { transB: true });
  return { logits, projected };
}
