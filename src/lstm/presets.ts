import type { ModelConfig } from './config.ts';

/** How a model is trained. */
export type Recipe = {
  /** B: streams of text read side by side. */
  readonly batch: number;
  /** T: tokens between two updates. */
  readonly window: number;
  /** Peak of the learning rate. */
  readonly learningRate: number;
  /** `cosine`: linear warm-up, then half a cosine down to 2 % of the peak. */
  readonly schedule: 'constant' | 'cosine';
  /** Steps of the warm-up; a tenth of the run at most. */
  readonly warmup: number;
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  readonly weightDecay: number;
  /** Greatest global norm of the gradient; null never clips. */
  readonly clipNorm: number | null;
  /** Share of the embedding's and of the output's units left out, one mask a row and window. */
  readonly inputDropout: number;
  readonly outputDropout: number;
  /** Share of rows that start a window from the zero state, so that the model knows how to begin. */
  readonly restart: number;
  /** A character that occurs less often is written in bytes. */
  readonly minimumCount: number;
};

/** A model's sizes without its vocabulary, and its recipe. */
export type Preset = { readonly model: Omit<ModelConfig, 'vocabulary'>; readonly recipe: Recipe };
export type PresetName = 'standard' | 'seed' | 'tiny';

const standard: Recipe = {
  batch: 32,
  window: 64,
  learningRate: 3e-3,
  schedule: 'cosine',
  warmup: 200,
  beta1: 0.9,
  beta2: 0.99,
  epsilon: 1e-8,
  weightDecay: 0.01,
  clipNorm: 1,
  inputDropout: 0.1,
  outputDropout: 0.2,
  restart: 1 / 64,
  minimumCount: 2,
};

export const presets: Readonly<Record<PresetName, Preset>> = {
  /** The default: embeddings tied to the output through a projection, AdamW with warm-up and cosine. */
  standard: { model: { embedding: 256, hidden: 1024, tied: true }, recipe: standard },
  /** The student's note: Embedding(V → 512), LSTM(1024), Dense(V), and Keras' Adam with its defaults. */
  seed: {
    model: { embedding: 512, hidden: 1024, tied: false },
    recipe: {
      ...standard,
      batch: 64,
      learningRate: 1e-3,
      schedule: 'constant',
      warmup: 0,
      beta2: 0.999,
      epsilon: 1e-7,
      weightDecay: 0,
      clipNorm: null,
      inputDropout: 0,
      outputDropout: 0,
      restart: 0,
      minimumCount: 1,
    },
  },
  /** A model of a few seconds, for trying things out and for tests. */
  tiny: { model: { embedding: 32, hidden: 64, tied: true }, recipe: { ...standard, batch: 8, window: 32 } },
};
