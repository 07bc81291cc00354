/**
 * What an engine must do; types only. Numbers are nats for losses, natural units otherwise; every array is
 * row-major. A slot is one row of the state batch. One training row is one stream of text: its state is
 * carried from window to window inside the session.
 */
import type { Model, Weights } from '#lstm';

export interface Engine {
  readonly name: 'onnx' | 'reference' | 'tfjs';
  /** Opens a model for writing. */
  open(model: Model, options: OpenOptions): Promise<InferenceSession>;
  /** Opens a graph that reads `batch` rows of `window` tokens and tells how surprised the model is. */
  score(model: Model, shape: WindowShape): Promise<ScoringSession>;
  /** Opens a training run; `resume` gives moments and row states of an earlier one, bit for bit. */
  train(model: Model, options: TrainingOptions, resume?: TrainingState): Promise<TrainingSession>;
  /** Loss, logits and gradients of one window, for checks; not for speed. */
  differentiate(model: Model, batch: Window, shape: WindowShape): Promise<Differential>;
}

export type OpenOptions = {
  /** Rows that can hold a state. */
  readonly slots: number;
  /** Blocks of logits that are given out a row; absent: all. */
  readonly blocks?: number;
  readonly threads?: number;
};

/** B rows of T tokens. */
export type WindowShape = { readonly batch: number; readonly window: number; readonly threads?: number };

/** The LSTM state of one slot: `h` and `c`, H numbers each. */
export type State = { readonly h: Float32Array; readonly c: Float32Array };

/**
 * The likeliest tokens of some rows, in whole blocks of `LOGIT_BLOCK`: drawing needs few of all V, and sorting single
 * tokens costs more than the model. Views that the session's next call overwrites.
 */
export type Logits = {
  /** Blocks a row. */
  readonly count: number;
  /** [rows × count] numbers of blocks, those with the largest logits first; if equal the smaller number. */
  readonly blocks: Int32Array;
  /** [rows × count × LOGIT_BLOCK] logits; block b holds the tokens from b · LOGIT_BLOCK on, −∞ behind the V-th. */
  readonly values: Float32Array;
};

/** Tokens to be read into the state of a slot. */
export type Run = { readonly slot: number; readonly tokens: Int32Array };

/** A run whose tokens are to be foretold: each by what stands before it, `next` by all of them. */
export type ScoredRun = Run & {
  /** The token that follows the last. */
  readonly next: number;
};

export interface InferenceSession extends AsyncDisposable {
  /** Reads tokens into the states of slots, all side by side. The prediction behind the last is not computed. */
  prefill(runs: readonly Run[]): Promise<void>;
  /**
   * Reads as `prefill` does, ending in the same states, and tells how surprised the model was by what followed: for
   * each run as many nats as it has tokens, −log p(following token | all read so far, the token itself included).
   */
  score(runs: readonly ScoredRun[]): Promise<Float32Array[]>;
  /** Reads one token into each slot and returns the logits of the next; rows in the order of `slots`. */
  decode(slots: readonly number[], tokens: Int32Array): Promise<Logits>;
  /** A copy of the slot's state. */
  read(slot: number): State;
  /** Puts a state into the slot; `null` is the zero state, where every story starts. */
  write(slot: number, state: State | null): void;
}

export interface ScoringSession extends AsyncDisposable {
  /**
   * Reads one window. `keep` [B]: 1 carries the row's state over from the last window, 0 starts from zero.
   * Returns [B × T] nats: −log p(target | all read so far). `model` may be another of the same config.
   */
  score(window: Pick<Window, 'tokens' | 'targets' | 'keep'>, model?: Model): Promise<Float32Array>;
}

/** One window of training data. */
export type Window = {
  /** [B × T] token ids. */
  readonly tokens: Int32Array;
  /** [B × T] ids of the tokens that follow. */
  readonly targets: Int32Array;
  /** [B] 1 carries the row's state over, 0 starts it from zero. */
  readonly keep: Float32Array;
  /** [B × E] multiplies the embeddings, the same at all T steps (Gal & Ghahramani 2016). */
  readonly inputMask: Float32Array;
  /** [B × H] multiplies h before the output layer, the same at all T steps. */
  readonly outputMask: Float32Array;
};

export type TrainingOptions = WindowShape & {
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  /** Global gradient norm above which gradients are scaled down; Infinity never clips. */
  readonly clipNorm: number;
  /** Decoupled decay (Loshchilov & Hutter 2019) of matrices, per unit of learning rate; never of biases. */
  readonly weightDecay: number;
};

/** Everything beside the weights that the next step depends on. */
export type TrainingState = {
  /** Steps taken so far. */
  readonly step: number;
  readonly firstMoment: Weights;
  readonly secondMoment: Weights;
  /** [B × H] each. */
  readonly h: Float32Array;
  readonly c: Float32Array;
};

export interface TrainingSession extends AsyncDisposable {
  /** One step of AdamW on the mean cross-entropy of the window. `gradientNorm` is before clipping. */
  step(
    window: Window,
    learningRate: number,
  ): Promise<{ readonly loss: number; readonly gradientNorm: number }>;
  /** The weights now; a view that the next step overwrites. */
  readonly model: Model;
  /** The rest of the state now; a view that the next step overwrites. */
  readonly state: TrainingState;
}

export type Differential = {
  /** Mean nats a token. */
  readonly loss: number;
  /** [B × T × V]. */
  readonly logits: Float32Array;
  /** Gradients of the mean loss, before clipping. */
  readonly gradients: Weights;
  /** [B × H] each, after the window. */
  readonly h: Float32Array;
  readonly c: Float32Array;
};
