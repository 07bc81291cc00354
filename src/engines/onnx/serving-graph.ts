import { blocksOf, type QuantisedMatrix, type ServingModel, strideOf } from '#lstm';
import { Graph } from './graph.ts';
import { likelihoodOutput, logitOutputs } from './reading-graphs.ts';

/** One step of h in 1/127: h = o∘tanh(c') lies in (−1, 1), so this scale loses nothing of the range. */
const UNITS = 127;
/** What stands for zero in the 8 unsigned bits of h and of projected values. */
export const ZERO = 128;

export const toUnits = (h: number): number => Math.round(h * UNITS) + ZERO;
export const fromUnits = (units: number): number => (units - ZERO) / UNITS;

/**
 * Reads `window` tokens of any number of rows: `table` [m, 4H] and `tokens` [window, n] int32 into it ([n] for one), `h` [n, H] uint8 in
 * units, `c` [n, H] → `hNext`, `cNext`. The products' sums are integers and everything else goes element by
 * element, so the result for a row depends on neither its company, nor its place, nor the number of threads.
 * `gives`: `state` nothing more; `logits` also the best `blocks` of logits (see `logitOutputs`);
 * `projection` also `projected` [n, E] before it is rounded (of a tied model); `likelihood` also `logLikelihood`
 * [k, 1] in nats of `targets` [k = window · n] int32, the tokens that follow, a step's rows side by side.
 */
export function servingGraph(
  serving: ServingModel,
  options: {
    readonly window: number;
    readonly gives: 'state' | 'logits' | 'projection' | 'likelihood';
    readonly blocks?: number;
  },
): Graph {
  const { window, gives, blocks = blocksOf(serving.config) } = options;
  const { hidden: H, embedding: E } = serving.config;
  const stride = strideOf(serving.config);
  const graph = new Graph();
  const zero = graph.constant('zero', 'uint8', [], Uint8Array.of(ZERO));
  const matrix = (name: string, { values, scales }: QuantisedMatrix) => ({
    values: graph.constant(name, 'int8', [values.length / scales.length, scales.length], values),
    scales: graph.constant(`${name}.scales`, 'float32', [scales.length], scales),
  });
  const product = (a: string, unit: string, b: ReturnType<typeof matrix>, ...bias: string[]) =>
    graph.op('MatMulIntegerToFloat', [a, b.values, unit, b.scales, zero, ...bias], {}, 'com.microsoft');

  const unit = graph.scalar(1 / UNITS);
  const table = graph.input('table', 'float32', ['m', 4 * H]);
  const tokens = graph.input('tokens', 'int32', window === 1 ? ['n'] : [window, 'n']);
  let h = graph.input('h', 'uint8', ['n', H]);
  let c = graph.input('c', 'float32', ['n', H]);
  const recurrent = matrix('recurrent', serving.recurrent);
  const steps: string[] = [];
  for (const step of graph.split(tokens, window, 0)) {
    const zx = graph.op('Gather', [table, window === 1 ? step : graph.reshape(step, -1)]);
    const z = graph.add(zx, product(h, unit, recurrent));
    const [zs, zg] = graph.many('Split', [z, graph.ints(3 * H, H)], 2, { axis: 1 });
    const [f, i, o] = graph.split(graph.op('Sigmoid', [zs!]), 3, 1);
    c = graph.add(graph.mul(f!, c), graph.mul(i!, graph.op('Tanh', [zg!])));
    h = graph.op('QuantizeLinear', [graph.mul(o!, graph.op('Tanh', [c])), unit, zero]);
    steps.push(h);
  }
  graph.output('hNext', h, 'uint8', ['n', H]);
  graph.output('cNext', c, 'float32', ['n', H]);
  if (gives === 'state') return graph;

  let read = gives === 'likelihood' ? graph.concat(steps, 0) : h;
  let readUnit = unit;
  if (serving.projection) {
    const projected = product(read, unit, matrix('projection', serving.projection));
    if (gives === 'projection') {
      graph.output('projected', projected, 'float32', ['n', E]);
      return graph;
    }
    readUnit = graph.scalar(serving.projectionRange / UNITS);
    read = graph.op('QuantizeLinear', [projected, readUnit, zero]);
  }
  const bias = graph.constant('outputBias', 'float32', [stride], serving.outputBias);
  const logits = product(read, readUnit, matrix('output', serving.output), '', bias);
  if (gives === 'likelihood') {
    likelihoodOutput(graph, graph.input('targets', 'int32', ['k']), logits);
  } else {
    logitOutputs(graph, serving.config, logits, blocks);
  }
  return graph;
}
