import { type ModelConfig, type WeightName, weightShapes } from '#lstm';
import type { TrainingOptions, WindowShape } from '../engine.ts';
import { lstmWindow, outputLayer, type StepTrace, type WeightNames, weightInputs } from './forward.ts';
import { Graph } from './graph.ts';

/*
 * Inside the graph everything is time-major: row t·B + b of a [T × B, …] value is step t of stream b, so
 * that a step is one contiguous block.
 */

type Gradients = Record<string, string>;
type Differentiated = {
  readonly graph: Graph;
  readonly weights: WeightNames;
  readonly gradients: Gradients;
  readonly logits: string;
};

/**
 * Forward, cross-entropy and hand-derived backpropagation through the window.
 * Inputs: the weights, `tokens` and `targets` [T × B] int32, `h`, `c` [B, H], `keep` [B, 1],
 * `inputMask` [B, E], `outputMask` [B, H]. Outputs so far: `loss` [], `hNext`, `cNext` [B, H].
 */
function differentiate(config: ModelConfig, { batch: B, window: T }: WindowShape): Differentiated {
  const { embedding: E, hidden: H, vocabulary: V, tied } = config;
  const graph = new Graph();
  const weights = weightInputs(graph, config);
  const tokens = graph.input('tokens', 'int32', [T * B]);
  const targets = graph.input('targets', 'int32', [T * B]);
  const keep = graph.input('keep', 'float32', [B, 1]);
  const h0 = graph.mul(graph.input('h', 'float32', [B, H]), keep);
  const c0 = graph.mul(graph.input('c', 'float32', [B, H]), keep);
  const inputMask = graph.input('inputMask', 'float32', [B, E]);
  const outputMask = graph.input('outputMask', 'float32', [B, H]);
  /** Multiplies each of the T blocks of [T × B, width] by the mask [B, width]. */
  const masked = (a: string, mask: string, width: number) =>
    graph.reshape(graph.mul(graph.reshape(a, T, B, width), mask), T * B, width);

  const x = masked(graph.op('Gather', [weights.embedding!, tokens]), inputMask, E);
  const zx = graph.gemm(x, weights['lstm.kernel']!, weights['lstm.bias']!);
  const steps = lstmWindow(graph, zx, weights['lstm.recurrent']!, h0, c0, T);
  const h = masked(
    graph.concat(
      steps.map((step) => step.h),
      0,
    ),
    outputMask,
    H,
  );
  const { logits, projected } = outputLayer(graph, config, weights, h);
  // The log of a softmax would be −∞ for a target that is 88 nats behind; LogSoftmax is not.
  const logProbabilities = graph.op('LogSoftmax', [logits], { axis: 1 });
  const probabilities = graph.op('Exp', [logProbabilities]);
  const targetColumn = graph.reshape(targets, T * B, 1);
  const likelihood = graph.op('GatherElements', [logProbabilities, targetColumn], { axis: 1 });
  const loss = graph.op('Neg', [graph.op('ReduceMean', [likelihood], { keepdims: 0 })]);

  // ∂loss/∂logits = (softmax − one-hot) / (T·B); the division is folded into the products that use it.
  const alpha = 1 / (T * B);
  const minusOnes = graph.op('Expand', [graph.scalar(-1), graph.ints(T * B, 1)]);
  const dLogits = graph.op('ScatterElements', [probabilities, targetColumn, minusOnes], {
    axis: 1,
    reduction: 'add',
  });
  const gradients: Gradients = {};
  const sumRows = (a: string) => graph.op('ReduceSum', [a, graph.ints(0)], { keepdims: 0 });
  gradients['output.bias'] = graph.mul(sumRows(dLogits), graph.scalar(alpha));
  let dMaskedH: string;
  let dEmbedding = '';
  if (tied) {
    const dProjected = graph.gemm(dLogits, weights.embedding!, '', { alpha });
    gradients['output.projection'] = graph.gemm(h, dProjected, '', { transA: true });
    dEmbedding = graph.gemm(dLogits, projected, '', { transA: true, alpha });
    dMaskedH = graph.gemm(dProjected, weights['output.projection']!, '', { transB: true });
  } else {
    gradients['output.kernel'] = graph.gemm(h, dLogits, '', { transA: true, alpha });
    dMaskedH = graph.gemm(dLogits, weights['output.kernel']!, '', { transB: true, alpha });
  }

  const dH = graph.split(masked(dMaskedH, outputMask, H), T, 0);
  const dz = graph.concat(backThroughTime(graph, steps, dH, weights['lstm.recurrent']!), 0);
  const hBefore = graph.concat(
    steps.map((step) => step.hBefore),
    0,
  );
  gradients['lstm.recurrent'] = graph.gemm(hBefore, dz, '', { transA: true });
  gradients['lstm.kernel'] = graph.gemm(x, dz, '', { transA: true });
  gradients['lstm.bias'] = sumRows(dz);
  const dx = masked(graph.gemm(dz, weights['lstm.kernel']!, '', { transB: true }), inputMask, E);
  const base = dEmbedding || graph.op('Expand', [graph.scalar(0), graph.ints(V, E)]);
  // ScatterElements, not ScatterND: the runtime adds the rows of ScatterND in whatever order its threads come.
  const rows = graph.op('Expand', [graph.reshape(tokens, T * B, 1), graph.ints(T * B, E)]);
  gradients.embedding = graph.op('ScatterElements', [base, rows, dx], { axis: 0, reduction: 'add' });

  const last = steps.at(-1)!;
  graph.output('loss', loss, 'float32', []);
  graph.output('hNext', last.h, 'float32', [B, H]);
  graph.output('cNext', last.c, 'float32', [B, H]);
  return { graph, weights, gradients, logits };
}

/**
 * ∂loss/∂z [B, 4H] of every step, first step first. With dh the gradient that arrives at h':
 * dc = dh∘o∘(1 − tanh²c') + what flows back from the next step (dc'∘f');
 * dz_f = dc∘c∘f(1−f), dz_i = dc∘g∘i(1−i), dz_g = dc∘i∘(1−g²), dz_o = dh∘tanh c'∘o(1−o);
 * dh of the step before = dz·Uᵀ.
 */
function backThroughTime(
  graph: Graph,
  steps: readonly StepTrace[],
  dH: readonly string[],
  recurrent: string,
): string[] {
  const one = graph.scalar(1);
  const complement = (a: string) => graph.sub(one, a);
  const square = (a: string) => graph.mul(a, a);
  const dz: string[] = [];
  let dhNext = '';
  let dcNext = '';
  for (let t = steps.length - 1; t >= 0; t--) {
    const { f, i, g, o, cBefore, tanhC } = steps[t]!;
    const dh = dhNext ? graph.gemm(dhNext, recurrent, dH[t]!, { transB: true }) : dH[t]!;
    const dhO = graph.mul(dh, o);
    const through = graph.mul(dhO, complement(square(tanhC)));
    const dc = dcNext ? graph.add(through, dcNext) : through;
    dcNext = graph.mul(dc, f);
    const dzF = graph.mul(graph.mul(dcNext, cBefore), complement(f));
    const dcI = graph.mul(dc, i);
    const dzI = graph.mul(graph.mul(dcI, g), complement(i));
    const dzG = graph.mul(dcI, complement(square(g)));
    const dzO = graph.mul(graph.mul(dhO, tanhC), complement(o));
    dhNext = graph.concat([dzF, dzI, dzG, dzO], 1);
    dz.unshift(dhNext);
  }
  return dz;
}

/** Gives out `logits` [T × B, V] and `gradient.<name>` of the mean loss, beside what `differentiate` gives. */
export function gradientGraph(config: ModelConfig, shape: WindowShape): Graph {
  const { graph, gradients, logits } = differentiate(config, shape);
  graph.output('logits', logits, 'float32', [shape.batch * shape.window, config.vocabulary]);
  for (const [name, dimensions] of weightShapes(config)) {
    graph.output(`gradient.${name}`, gradients[name]!, 'float32', dimensions);
  }
  return graph;
}

/**
 * One whole step of training. Beside `differentiate`'s: inputs `first.<name>`, `second.<name>` (the moments),
 * `learningRate`, `correction1` = 1/(1 − β₁ᵗ), `correction2` = 1/(1 − β₂ᵗ); outputs `next.<name>`,
 * `nextFirst.<name>`, `nextSecond.<name>` and `gradientNorm` (before clipping).
 *
 * Clipping by global norm: Pascanu et al. 2013. AdamW: Loshchilov & Hutter 2019, algorithm 2, with the
 * schedule folded into the learning rate: p ← p − lr·(m̂/(√v̂ + ε) + λ·p), λ on matrices only.
 */
export function trainingGraph(config: ModelConfig, options: TrainingOptions): Graph {
  const { graph, weights, gradients } = differentiate(config, options);
  const learningRate = graph.input('learningRate', 'float32', []);
  const correction1 = graph.input('correction1', 'float32', []);
  const correction2 = graph.input('correction2', 'float32', []);
  const names = [...weightShapes(config).keys()];
  const squares = names.map((name) => graph.op('ReduceSumSquare', [gradients[name]!], { keepdims: 0 }));
  const norm = graph.op('Sqrt', [graph.op('Sum', squares)]);
  graph.output('gradientNorm', norm, 'float32', []);
  const clip = Number.isFinite(options.clipNorm)
    ? graph.op('Min', [graph.scalar(1), graph.op('Div', [graph.scalar(options.clipNorm), norm])])
    : '';
  const stepSize = graph.mul(learningRate, correction1);
  const decay = graph.sub(graph.scalar(1), graph.mul(learningRate, graph.scalar(options.weightDecay)));
  const { beta1, beta2, epsilon } = options;
  const mix = (old: string, beta: number, fresh: string) =>
    graph.add(graph.mul(old, graph.scalar(beta)), graph.mul(fresh, graph.scalar(1 - beta)));
  for (const [name, shape] of weightShapes(config)) {
    const gradient = clip ? graph.mul(gradients[name]!, clip) : gradients[name]!;
    const first = mix(graph.input(`first.${name}`, 'float32', shape), beta1, gradient);
    const second = mix(graph.input(`second.${name}`, 'float32', shape), beta2, graph.mul(gradient, gradient));
    const root = graph.op('Sqrt', [graph.mul(second, correction2)]);
    const update = graph.op('Div', [graph.mul(first, stepSize), graph.add(root, graph.scalar(epsilon))]);
    const kept =
      shape.length > 1 ? graph.mul(weights[name as WeightName]!, decay) : weights[name as WeightName]!;
    graph.output(`next.${name}`, graph.sub(kept, update), 'float32', shape);
    graph.output(`nextFirst.${name}`, first, 'float32', shape);
    graph.output(`nextSecond.${name}`, second, 'float32', shape);
  }
  return graph;
}
