import { BACKWARD, CHECK, type Fault, FORWARD, STEPS } from './fault.ts';

const change = (file: string, find: string, replace: string) => ({ file, find, replace });
const equations = (find: string, replace: string) => change('equations.ts', find, replace);
const window = (find: string, replace: string) => change('window.ts', find, replace);
const adamw = (find: string, replace: string) => change('adamw.ts', find, replace);
const inference = (find: string, replace: string) => change('inference.ts', find, replace);

export const referenceFaults: readonly Fault[] = [
  {
    name: 'forward: the sign of f',
    changes: [equations('columns(z, 0 * H, H), sigmoid', 'columns(z, 0 * H, H), (a) => sigmoid(-a)')],
    caughtBy: FORWARD,
  },
  {
    name: 'forward: the sign of i',
    changes: [equations('columns(z, 1 * H, H), sigmoid', 'columns(z, 1 * H, H), (a) => sigmoid(-a)')],
    caughtBy: FORWARD,
  },
  {
    name: 'forward: the sign of g',
    changes: [equations('columns(z, 2 * H, H), Math.tanh', 'columns(z, 2 * H, H), (a) => Math.tanh(-a)')],
    caughtBy: FORWARD,
  },
  {
    name: 'forward: the sign of o',
    changes: [equations('columns(z, 3 * H, H), sigmoid', 'columns(z, 3 * H, H), (a) => sigmoid(-a)')],
    caughtBy: FORWARD,
  },
  ...['f', 'i', 'g', 'o'].map((gate) => ({
    name: `backward: the sign of ${gate}`,
    changes: [
      equations(
        `beside(dzf, dzi, dzg, dzo)`,
        `beside(dzf, dzi, dzg, dzo)`.replace(`dz${gate}`, `map(dz${gate}, (a) => -a)`),
      ),
    ],
    caughtBy: BACKWARD,
  })),
  {
    name: 'the order of f and i swapped, forward and backward alike',
    changes: [
      equations('columns(z, 0 * H, H), sigmoid', 'columns(z, 1 * H, H), (a) => sigmoid(a)'),
      equations('columns(z, 1 * H, H), sigmoid', 'columns(z, 0 * H, H), sigmoid'),
      equations('beside(dzf, dzi, dzg, dzo)', 'beside(dzi, dzf, dzg, dzo)'),
    ],
    caughtBy: [...FORWARD, ...BACKWARD],
  },
  {
    name: 'forward: h without the tanh of c',
    changes: [equations('times(o, map(c, Math.tanh))', 'times(o, c)')],
    caughtBy: FORWARD,
  },
  {
    name: 'backward: the slope of tanh(c) forgotten',
    changes: [equations('times(dh, o, map(tanhC, tanhSlope))', 'times(dh, o)')],
    caughtBy: BACKWARD,
  },
  {
    name: 'backward: cut between steps, c',
    changes: [window('dcLater = d.dcBefore', 'dcLater = matrix(B, H)')],
    caughtBy: BACKWARD,
  },
  {
    name: 'backward: cut between steps, h',
    changes: [window('dhLater = d.dhBefore', 'dhLater = matrix(B, H)')],
    caughtBy: BACKWARD,
  },
  {
    name: 'backward: tokens met again overwrite each other in the gradient of the embedding',
    changes: [change('matrix.ts', 'row[column]! += x;', 'row[column] = x;')],
    caughtBy: BACKWARD,
  },
  {
    name: 'backward: the tied embedding learns from its input alone',
    changes: [equations('{ embedding: dEmbedding, ', '{ ')],
    caughtBy: [CHECK.gradientsTied, CHECK.trainingTied],
  },
  {
    name: 'loss: a mean over rows, not over tokens',
    changes: [window('0) / (B * T);', '0) / B;'), window('1 / (B * T))', '1 / B)')],
    caughtBy: [CHECK.logits, CHECK.gradients, CHECK.training],
  },
  {
    name: 'keep forgotten for h and c',
    changes: [
      window('scaleRows(carried.h, window.keep)', 'carried.h'),
      window('scaleRows(carried.c, window.keep)', 'carried.c'),
    ],
    caughtBy: [CHECK.training, CHECK.keep, CHECK.score, CHECK.scoreDecode],
  },
  {
    name: 'keep forgotten for c alone',
    changes: [window('scaleRows(carried.c, window.keep)', 'carried.c')],
    caughtBy: [CHECK.training, CHECK.keep, CHECK.score, CHECK.scoreDecode],
  },
  {
    name: 'the state not carried from window to window in training',
    changes: [change('training.ts', 'carried.set({ h: reading.h.data, c: reading.c.data });', '')],
    caughtBy: [CHECK.training, CHECK.keep],
  },
  {
    name: 'the state not carried from window to window in scoring',
    changes: [change('index.ts', 'carried.set({ h: reading.h.data, c: reading.c.data });', '')],
    caughtBy: [CHECK.score, CHECK.scoreDecode],
  },
  {
    name: 'scoring ignores the other model',
    changes: [
      change('index.ts', '{ config, weights } = model)', '_other = model, { config, weights } = model)'),
    ],
    caughtBy: [CHECK.scoreOther],
  },
  {
    name: 'the input mask ignored',
    changes: [
      window(
        'times(gatherRows(w.embedding!, column(window.tokens, t, shape)), inputMask)',
        'gatherRows(w.embedding!, column(window.tokens, t, shape))',
      ),
      window('times(d.dx, inputMask)', 'd.dx'),
    ],
    caughtBy: [CHECK.logits, ...BACKWARD],
  },
  {
    name: 'the input mask ignored in the gradient alone',
    changes: [window('times(d.dx, inputMask)', 'd.dx')],
    caughtBy: BACKWARD,
  },
  {
    name: 'the output mask ignored',
    changes: [
      window('times(next.h, outputMask)', 'next.h'),
      window('times(output.dy, outputMask)', 'output.dy'),
    ],
    caughtBy: [CHECK.logits, ...BACKWARD],
  },
  {
    name: 'the output mask ignored in the gradient alone',
    changes: [window('times(output.dy, outputMask)', 'output.dy')],
    caughtBy: BACKWARD,
  },
  {
    name: 'clipping ignored',
    changes: [adamw('norm > clipNorm ? clipNorm / norm : 1', '1')],
    caughtBy: [CHECK.clipped],
  },
  {
    name: 'clipping that also scales up',
    changes: [adamw('norm > clipNorm ? clipNorm / norm : 1', 'clipNorm < Infinity ? clipNorm / norm : 1')],
    caughtBy: [CHECK.unclipped],
  },
  {
    name: 'decay on biases',
    changes: [adamw('shape.length === 2 ? weightDecay : 0', 'shape.length > 0 ? weightDecay : 0')],
    caughtBy: [...STEPS, CHECK.decay],
  },
  {
    name: 'no decay',
    changes: [adamw('shape.length === 2 ? weightDecay : 0', 'shape.length > 2 ? weightDecay : 0')],
    caughtBy: [...STEPS, CHECK.decay],
  },
  {
    name: 'decay added to the gradient (L2), not decoupled',
    changes: [
      adamw('scale * gradient.data[at]!', 'scale * gradient.data[at]! + decay * p[at]!'),
      adamw(' + decay * p[at]!);', ');'),
    ],
    caughtBy: [...STEPS, CHECK.decay],
  },
  {
    name: 'Adam without bias correction of the first moment',
    changes: [adamw('m[at]! / (1 - beta1 ** step)', 'm[at]!')],
    caughtBy: STEPS,
  },
  {
    name: 'Adam without bias correction of the second moment',
    changes: [adamw('v[at]! / (1 - beta2 ** step)', 'v[at]!')],
    caughtBy: STEPS,
  },
  {
    name: 'Adam whose step count starts at 2',
    changes: [
      change('training.ts', 'gradientNorm, step, learningRate', 'gradientNorm, step + 1, learningRate'),
    ],
    caughtBy: STEPS,
  },
  {
    name: 'Adam with β₁ and β₂ exchanged',
    changes: [adamw('{ beta1, beta2, epsilon', '{ beta1: beta2, beta2: beta1, epsilon')],
    caughtBy: STEPS,
  },
  {
    name: 'a resumed run counts its steps from 0',
    changes: [change('training.ts', 'resume?.step ?? 0', '0')],
    caughtBy: [CHECK.resume],
  },
  {
    name: 'a resumed run forgets the row states',
    changes: [change('training.ts', 'if (resume !== undefined) carried.set(resume);', '')],
    caughtBy: [CHECK.resume],
  },
  {
    name: 'training writes into the weights it was given',
    changes: [
      change('training.ts', 'copy(config, model.weights)', 'model.weights as ReturnType<typeof copy>'),
    ],
    caughtBy: [CHECK.given],
  },
  {
    name: 'read gives the slot itself',
    changes: [inference('{ h: h.slice(), c: c.slice() }', '{ h, c }')],
    caughtBy: [CHECK.copies, CHECK.others],
  },
  {
    name: 'write(null) leaves the slot as it was',
    changes: [inference('h.set((state ?? zero()).h);', 'h.set((state ?? { h }).h);')],
    caughtBy: [CHECK.zero],
  },
  {
    name: 'write forgets c',
    changes: [inference('c.set((state ?? zero()).c);', '')],
    caughtBy: [CHECK.zero, CHECK.writeBack, CHECK.prefill],
  },
  {
    name: 'a batch of slots reads every row from the first',
    changes: [
      inference(
        'rows.flatMap((slot) => [...stateOf(slot).h])',
        'rows.flatMap(() => [...stateOf(rows[0]!).h])',
      ),
    ],
    caughtBy: [CHECK.company],
  },
  {
    name: 'the last token of a prefill is dropped',
    changes: [inference('at < tokens.length;', 'at < tokens.length - 1;')],
    caughtBy: [CHECK.prefill, CHECK.pieces],
  },
  {
    name: 'rows padded with zeros',
    changes: [inference('.fill(Number.NEGATIVE_INFINITY)', '')],
    caughtBy: [CHECK.blocks],
  },
  {
    name: 'blocks in the order of their numbers',
    changes: [inference('largest[b]! - largest[a]! ||', '')],
    caughtBy: [CHECK.blocks, CHECK.fewBlocks],
  },
  {
    name: 'equal blocks: the greater number first',
    changes: [inference('|| a - b).slice', '|| b - a).slice')],
    caughtBy: [CHECK.ties],
  },
  {
    name: 'log Σ exp without the shift by the largest logit',
    changes: [equations('logits.reduce((a, b) => Math.max(a, b), -Infinity)', '0 * logits.length - 1000')],
    caughtBy: [CHECK.sure],
  },
  {
    name: 'a closed session goes on working',
    changes: [inference("if (!open) throw new Error('the session is closed');", '')],
    caughtBy: [CHECK.closed],
  },
  {
    name: 'a closed training goes on working',
    changes: [change('training.ts', "if (!open) throw new Error('the session is closed');", '')],
    caughtBy: [CHECK.closedTraining],
  },
  {
    name: 'scored by the token that is read, not by the one that follows',
    changes: [inference('tokens[at + 1] ?? next', 'token')],
    caughtBy: [CHECK.surprise],
  },
];
