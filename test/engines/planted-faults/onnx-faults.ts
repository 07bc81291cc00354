import { BACKWARD, CHECK, type Fault, FORWARD, STEPS } from './fault.ts';

const change = (file: string, find: string, replace: string) => ({ file, find, replace });
const forward = (find: string, replace: string) => change('forward.ts', find, replace);
const graph = (find: string, replace: string) => change('training-graph.ts', find, replace);
const session = (find: string, replace: string) => change('training.ts', find, replace);
const reading = (find: string, replace: string) => change('reading-graphs.ts', find, replace);
const inference = (find: string, replace: string) => change('inference.ts', find, replace);

export const onnxFaults: readonly Fault[] = [
  ...(['Sigmoid zf', 'Sigmoid zi', 'Tanh zg', 'Sigmoid zo'] as const).map((gate) => {
    const [op, z] = gate.split(' ') as [string, string];
    return {
      name: `forward: the sign of ${z.slice(1)}`,
      changes: [forward(`'${op}', [${z}]`, `'${op}', [graph.op('Neg', [${z}])]`)],
      caughtBy: FORWARD,
    };
  }),
  ...['dzF', 'dzI', 'dzG', 'dzO'].map((dz) => ({
    name: `backward: the sign of ${dz.at(-1)!.toLowerCase()}`,
    changes: [graph('[dzF, dzI, dzG, dzO]', '[dzF, dzI, dzG, dzO]'.replace(dz, `graph.op('Neg', [${dz}])`))],
    caughtBy: BACKWARD,
  })),
  {
    name: 'the order of f and i swapped, forward and backward alike',
    changes: [
      forward('[zf, zi, zg, zo]', '[zi, zf, zg, zo]'),
      graph('[dzF, dzI, dzG, dzO]', '[dzI, dzF, dzG, dzO]'),
    ],
    caughtBy: [...FORWARD, ...BACKWARD],
  },
  {
    name: 'forward: h without the tanh of c',
    changes: [forward('graph.mul(o, tanhC)', 'graph.mul(o, c)')],
    caughtBy: FORWARD,
  },
  {
    name: 'backward: the slope of tanh(c) forgotten',
    changes: [graph('graph.mul(dhO, complement(square(tanhC)))', 'dhO')],
    caughtBy: BACKWARD,
  },
  {
    name: 'backward: cut between steps, c',
    changes: [graph('dcNext ? graph.add(through, dcNext) : through', 'through')],
    caughtBy: BACKWARD,
  },
  {
    name: 'backward: cut between steps, h',
    changes: [graph('const dh = dhNext ?', "const dh = dhNext === 'never' ?")],
    caughtBy: BACKWARD,
  },
  {
    name: 'backward: the tied embedding learns from its input alone',
    changes: [graph('const base = dEmbedding ||', "const base = (dEmbedding && '') ||")],
    caughtBy: [CHECK.gradientsTied, CHECK.trainingTied],
  },
  {
    name: 'keep forgotten for h in training',
    changes: [
      graph("graph.mul(graph.input('h', 'float32', [B, H]), keep)", "graph.input('h', 'float32', [B, H])"),
    ],
    caughtBy: [CHECK.training, CHECK.keep],
  },
  {
    name: 'keep forgotten for c in training',
    changes: [
      graph("graph.mul(graph.input('c', 'float32', [B, H]), keep)", "graph.input('c', 'float32', [B, H])"),
    ],
    caughtBy: [CHECK.training, CHECK.keep],
  },
  {
    name: 'keep forgotten for c in scoring',
    changes: [
      reading("graph.mul(graph.input('c', 'float32', [B, H]), keep)", "graph.input('c', 'float32', [B, H])"),
    ],
    caughtBy: [CHECK.score, CHECK.scoreDecode],
  },
  {
    name: 'the input mask ignored in the gradient alone',
    changes: [
      graph(
        "masked(graph.gemm(dz, weights['lstm.kernel']!, '', { transB: true }), inputMask, E)",
        "graph.gemm(dz, weights['lstm.kernel']!, '', { transB: true })",
      ),
    ],
    caughtBy: BACKWARD,
  },
  {
    name: 'the input mask ignored going forward',
    changes: [
      graph(
        "masked(graph.op('Gather', [weights.embedding!, tokens]), inputMask, E)",
        "graph.op('Gather', [weights.embedding!, tokens])",
      ),
    ],
    caughtBy: [CHECK.logits, ...BACKWARD],
  },
  {
    name: 'the output mask ignored in the gradient alone',
    changes: [graph('masked(dMaskedH, outputMask, H)', 'dMaskedH')],
    caughtBy: BACKWARD,
  },
  {
    name: 'the masks laid over rows as if they stood stream by stream',
    changes: [
      graph(
        'graph.reshape(graph.mul(graph.reshape(a, T, B, width), mask), T * B, width)',
        'graph.reshape(graph.mul(graph.reshape(a, B, T, width), graph.reshape(mask, B, 1, width)), T * B, width)',
      ),
    ],
    caughtBy: [CHECK.logits, ...BACKWARD],
  },
  {
    name: 'clipping ignored',
    changes: [graph('const gradient = clip ?', "const gradient = clip === 'never' ?")],
    caughtBy: [CHECK.clipped],
  },
  {
    name: 'clipping that also scales up',
    changes: [graph("graph.op('Min', [graph.scalar(1), ", "graph.op('Max', [graph.scalar(0), ")],
    caughtBy: [CHECK.unclipped],
  },
  {
    name: 'decay on biases',
    changes: [graph('shape.length > 1 ?', 'shape.length > 0 ?')],
    caughtBy: [...STEPS, CHECK.decay],
  },
  {
    name: 'no decay',
    changes: [graph('shape.length > 1 ?', 'shape.length > 2 ?')],
    caughtBy: [...STEPS, CHECK.decay],
  },
  {
    name: 'Adam without bias correction of the first moment',
    changes: [session('1 / (1 - options.beta1 ** t)', '1')],
    caughtBy: STEPS,
  },
  {
    name: 'Adam without bias correction of the second moment',
    changes: [session('1 / (1 - options.beta2 ** t)', '1')],
    caughtBy: STEPS,
  },
  {
    name: 'Adam with β₁ and β₂ exchanged',
    changes: [graph('const { beta1, beta2, epsilon }', 'const { beta1: beta2, beta2: beta1, epsilon }')],
    caughtBy: STEPS,
  },
  {
    name: 'a resumed run counts its steps from 0',
    changes: [session('resume?.step ?? 0', '0')],
    caughtBy: [CHECK.resume],
  },
  {
    name: 'a resumed run forgets its second moments',
    changes: [session('state?.secondMoment[name]', 'undefined')],
    caughtBy: [CHECK.resume],
  },
  {
    name: 'scoring ignores the other model',
    changes: [change('scoring.ts', 'other.weights', 'model.weights')],
    caughtBy: [CHECK.scoreOther],
  },
  {
    name: 'a batch of slots reads every row from the first',
    changes: [inference('part.set(row(all, slot), i * H)', 'part.set(row(all, rows[0]!), i * H)')],
    caughtBy: [CHECK.company],
  },
  {
    name: 'the rest of a prefill that fills no graph is dropped',
    changes: [
      inference('for (; from < tokens.length; from++)', 'for (; from + PREFILL < tokens.length; from++)'),
    ],
    caughtBy: [CHECK.prefill, CHECK.pieces],
  },
  {
    name: 'write(null) leaves c as it was',
    changes: [
      inference(
        'row(c, slot).set(state?.c ?? new Float32Array(H))',
        'row(c, slot).set(state?.c ?? row(c, slot))',
      ),
    ],
    caughtBy: [CHECK.zero],
  },
  {
    name: 'read gives the slot itself',
    changes: [
      inference(
        '{ h: row(h, slot).slice(), c: row(c, slot).slice() }',
        '{ h: row(h, slot), c: row(c, slot) }',
      ),
    ],
    caughtBy: [CHECK.copies, CHECK.others],
  },
  {
    name: 'rows padded with zeros',
    changes: [reading('graph.scalar(Number.NEGATIVE_INFINITY)', 'graph.scalar(0)')],
    caughtBy: [CHECK.blocks],
  },
  {
    name: 'the smallest of a block decides',
    changes: [reading("'ReduceMax'", "'ReduceMin'")],
    caughtBy: [CHECK.blocks, CHECK.fewBlocks],
  },
  {
    name: 'the worst blocks, not the best',
    changes: [reading('largest: 1', 'largest: 0')],
    caughtBy: [CHECK.blocks, CHECK.fewBlocks],
  },
  {
    name: 'scored by the token that is read, not by the one that follows',
    changes: [inference('following.set(tokens.subarray(1))', 'following.set(tokens)')],
    caughtBy: [CHECK.surprise, CHECK.surpriseReference],
  },
  {
    name: 'a softmax over the tokens of a text, not over the vocabulary',
    changes: [reading("'LogSoftmax', [logits], { axis: 1 }", "'LogSoftmax', [logits], { axis: 0 }")],
    caughtBy: [CHECK.surprise, CHECK.surpriseReference],
  },
];
