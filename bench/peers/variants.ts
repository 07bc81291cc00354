import path from 'node:path';
import { presets } from '#lstm';
import type { Variant } from '../contest/best-of.ts';
import { TEMPERATURE, TOP_K, VOCABULARY } from '../note.ts';

/** A way of running a peer, by what its program understands. */
type Way = Readonly<Record<string, string | number | boolean>>;
type Peer = { readonly script: string; readonly ways: Readonly<Record<string, Way>> };

const PYTORCH = 'pytorch.py';
const KERAS = 'keras_tensorflow.py';
const AUTOTUNE = 'max-autotune-no-cudagraphs';

const trainingPeers = {
  pytorchFloat32: {
    script: PYTORCH,
    ways: {
      'fused Adam': { type: 'float32', adam: 'fused' },
      'foreach Adam': { type: 'float32', adam: 'foreach' },
      'torch.compile, fused Adam': { type: 'float32', adam: 'fused', compile: true },
    },
  },
  pytorchBfloat16: {
    script: PYTORCH,
    ways: {
      'autocast, fused Adam': { type: 'bfloat16', adam: 'fused' },
      'autocast, foreach Adam': { type: 'bfloat16', adam: 'foreach' },
      'autocast, torch.compile, fused Adam': { type: 'bfloat16', adam: 'fused', compile: true },
    },
  },
  keras: {
    script: KERAS,
    ways: {
      jit_compile: { jit: true, unroll: false },
      'no jit': { jit: false, unroll: false },
      'no jit, unrolled': { jit: false, unroll: true },
    },
  },
} as const satisfies Record<string, Peer>;

const pytorchWays = (type: string): Record<string, Way> => ({
  LSTM: { type, layer: 'lstm' },
  LSTMCell: { type, layer: 'cell' },
  'LSTMCell, whole softmax': { type, layer: 'cell', topK: 0 },
  'LSTMCell, torch.jit': { type, layer: 'cell', script: true },
  'LSTMCell, torch.compile': { type, layer: 'cell', compile: 'default' },
  'LSTMCell, torch.compile max-autotune': { type, layer: 'cell', compile: AUTOTUNE },
});

const generationPeers = {
  pytorchFloat32: { script: PYTORCH, ways: pytorchWays('float32') },
  pytorchBfloat16: { script: PYTORCH, ways: pytorchWays('bfloat16') },
  pytorchInt8: {
    script: PYTORCH,
    ways: Object.fromEntries(
      ['x86', 'onednn', 'fbgemm'].flatMap((kernels) => [
        [`LSTM, ${kernels}`, { type: 'int8', layer: 'lstm', kernels }],
        [`LSTMCell, ${kernels}`, { type: 'int8', layer: 'cell', kernels }],
      ]),
    ),
  },
  keras: {
    script: KERAS,
    ways: {
      'tf.function': { loop: 'compiled', jit: false },
      'tf.function, whole softmax': { loop: 'compiled', jit: false, topK: 0 },
      'tf.function, XLA': { loop: 'compiled', jit: true },
      'tf.function, XLA, whole softmax': { loop: 'compiled', jit: true, topK: 0 },
    },
  },
  kerasLoop: {
    script: KERAS,
    ways: {
      'model(x), tf.random.categorical': { loop: 'tutorial', call: 'model', draw: 'tensorflow' },
      'model(x), NumPy': { loop: 'tutorial', call: 'model', draw: 'numpy' },
    },
  },
  kerasPredict: {
    script: KERAS,
    ways: { 'model.predict(x), NumPy': { loop: 'tutorial', call: 'predict', draw: 'numpy' } },
  },
} as const satisfies Record<string, Peer>;

export type TrainingPeer = keyof typeof trainingPeers;
export type GenerationPeer = keyof typeof generationPeers;

/** The ways to train at the note's sizes, of each peer. */
export function trainingVariants(python: string, threads: number): ReadonlyMap<TrainingPeer, Variant[]> {
  const { model, recipe } = presets.seed;
  const task = { what: 'training', ...sizes(model, threads), batch: recipe.batch, window: recipe.window };
  return variantsOf(trainingPeers, python, task);
}

/** The ways to write `rows` stories at once at the note's sizes, of each peer. */
export function generationVariants(
  python: string,
  threads: number,
  rows: number,
): ReadonlyMap<GenerationPeer, Variant[]> {
  const drawing = { temperature: TEMPERATURE, topK: TOP_K };
  const task = { what: 'generation', ...sizes(presets.seed.model, threads), rows, ...drawing };
  return variantsOf(generationPeers, python, task);
}

const sizes = ({ embedding, hidden }: { embedding: number; hidden: number }, threads: number) => ({
  vocabulary: VOCABULARY,
  embedding,
  hidden,
  threads,
});

function variantsOf<Name extends string>(
  peers: Readonly<Record<Name, Peer>>,
  python: string,
  task: Way,
): ReadonlyMap<Name, Variant[]> {
  const entries = Object.entries(peers) as [Name, Peer][];
  return new Map(
    entries.map(([peer, { script, ways }]) => [
      peer,
      Object.entries(ways).map(([name, way]) => ({ name, plan: plan(python, script, { ...task, ...way }) })),
    ]),
  );
}

function plan(python: string, script: string, task: Way) {
  const threads = String(task.threads);
  return {
    command: python,
    args: [path.join(import.meta.dirname, script), JSON.stringify(task)],
    env: { OMP_NUM_THREADS: threads, MKL_NUM_THREADS: threads, PYTHONDONTWRITEBYTECODE: '1' },
  };
}
