import { blocksOf, LOGIT_BLOCK, type Model, type ModelConfig, strideOf, weightShapes } from '#lstm';
import type { WindowShape } from '../engine.ts';
import { lstmStep, lstmWindow, outputLayer, type WeightNames, weightInputs } from './forward.ts';
import { Graph } from './graph.ts';

/** x·W + b of `tokens` [n] int32: [n, 4H]. */
function inputProduct(graph: Graph, weights: WeightNames, tokens: string): string {
  const x = graph.op('Gather', [weights.embedding!, tokens]);
  return graph.gemm(x, weights['lstm.kernel']!, weights['lstm.bias']!);
}

/**
 * Reads B rows of T tokens, time-major: weights, `tokens`, `targets` [T × B] int32, `keep` [B, 1], `h`, `c` [B, H]
 * → `logLikelihood` [T × B, 1] in nats, `hNext`, `cNext` [B, H].
 */
export function scoringGraph(config: ModelConfig, { batch: B, window: T }: WindowShape): Graph {
  const { hidden: H } = config;
  const graph = new Graph();
  const weights = weightInputs(graph, config);
  const zx = inputProduct(graph, weights, graph.input('tokens', 'int32', [T * B]));
  const targets = graph.input('targets', 'int32', [T * B]);
  const keep = graph.input('keep', 'float32', [B, 1]);
  const h = graph.mul(graph.input('h', 'float32', [B, H]), keep);
  const c = graph.mul(graph.input('c', 'float32', [B, H]), keep);
  const steps = lstmWindow(graph, zx, weights['lstm.recurrent']!, h, c, T);
  const all = graph.concat(
    steps.map((step) => step.h),
    0,
  );
  const { logits } = outputLayer(graph, config, weights, all);
  likelihoodOutput(graph, targets, logits, T * B);
  graph.output('hNext', steps.at(-1)!.h, 'float32', [B, H]);
  graph.output('cNext', steps.at(-1)!.c, 'float32', [B, H]);
  return graph;
}

/** Gives out `logLikelihood` [k, 1] in nats: log softmax of logits [k, …] at `targets` [k] int32. */
export function likelihoodOutput(
  graph: Graph,
  targets: string,
  logits: string,
  rows: number | string = 'k',
): void {
  const logProbabilities = graph.op('LogSoftmax', [logits], { axis: 1 });
  const indices = graph.reshape(targets, -1, 1);
  const chosen = graph.op('GatherElements', [logProbabilities, indices], { axis: 1 });
  graph.output('logLikelihood', chosen, 'float32', [rows, 1]);
}

/** Reads `window` tokens of one row without predicting: weights, `tokens` [T], `h`, `c` [1, H] → `hNext`, `cNext`. */
export function prefillGraph(config: ModelConfig, window: number): Graph {
  const { hidden: H } = config;
  const graph = new Graph();
  const weights = weightInputs(graph, config);
  const zx = inputProduct(graph, weights, graph.input('tokens', 'int32', [window]));
  const h = graph.input('h', 'float32', [1, H]);
  const c = graph.input('c', 'float32', [1, H]);
  const last = lstmWindow(graph, zx, weights['lstm.recurrent']!, h, c, window).at(-1)!;
  graph.output('hNext', last.h, 'float32', [1, H]);
  graph.output('cNext', last.c, 'float32', [1, H]);
  return graph;
}

/**
 * One token for any number of rows, the weights inside: `tokens` [n] int32, `h`, `c` [n, H]
 * → `hNext`, `cNext` [n, H], `blocks` [n, count] int32, `values` [n, count, LOGIT_BLOCK].
 */
export function decodeGraph({ config, weights: values }: Model, count: number): Graph {
  const { hidden: H, vocabulary: V } = config;
  const graph = new Graph();
  const weights: Record<string, string> = {};
  for (const [name, shape] of weightShapes(config)) {
    weights[name] = graph.constant(name, 'float32', shape, values[name]!);
  }
  const zx = inputProduct(graph, weights, graph.input('tokens', 'int32', ['n']));
  const h = graph.input('h', 'float32', ['n', H]);
  const c = graph.input('c', 'float32', ['n', H]);
  const step = lstmStep(graph, zx, weights['lstm.recurrent']!, h, c);
  graph.output('hNext', step.h, 'float32', ['n', H]);
  graph.output('cNext', step.c, 'float32', ['n', H]);
  const { logits } = outputLayer(graph, config, weights, step.h);
  const padding = graph.ints(0, 0, 0, strideOf(config) - V);
  const padded = graph.op('Pad', [logits, padding, graph.scalar(Number.NEGATIVE_INFINITY)]);
  logitOutputs(graph, config, padded, count);
  return graph;
}

/** Gives out the `count` best blocks of logits [n, stride]: `blocks` [n, count] int32, `values` [n, count, LOGIT_BLOCK]. */
export function logitOutputs(graph: Graph, config: ModelConfig, logits: string, count: number): void {
  const all = graph.reshape(logits, -1, blocksOf(config), LOGIT_BLOCK);
  const largest = graph.op('ReduceMax', [all, graph.ints(2)], { keepdims: 0 });
  const best = graph.many('TopK', [largest, graph.ints(count)], 2, { axis: 1, largest: 1, sorted: 1 })[1]!;
  const values = graph.op('GatherND', [all, graph.reshape(best, -1, count, 1)], { batch_dims: 1 });
  graph.output('blocks', graph.op('Cast', [best], { to: 6 }), 'int32', ['n', count]);
  graph.output('values', values, 'float32', ['n', count, LOGIT_BLOCK]);
}
