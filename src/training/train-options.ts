import type { Engine } from '#engines';
import type { Checkpoint, ModelCard, PresetName, Recipe } from '#lstm';
import type { TrainingText } from './corpus.ts';
import type { Evaluation } from './evaluate.ts';
import type { RunSettings } from './run-folder.ts';

/** How long to train: of the three the first that is given. */
export type Budget = { readonly steps?: number; readonly minutes?: number; readonly epochs?: number };

export type TrainOptions = {
  readonly engine: Engine;
  readonly texts: readonly TrainingText[];
  readonly script: ModelCard['script'];
  readonly preset: PresetName;
  /** Changes to the preset's recipe. */
  readonly recipe?: Partial<Recipe>;
  readonly folder: string;
  readonly seed: number;
  readonly budget: Budget;
  readonly resume: boolean;
  /** Weights and vocabulary to begin with instead of fresh ones. */
  readonly from?: Checkpoint;
  readonly threads?: number;
  readonly patience?: number;
  readonly evaluateEvery?: number;
  /** Seconds between two savings of the whole state; what a crash can cost. */
  readonly saveEvery?: number;
  /** Aborting ends the run after the step under way; everything is saved. */
  readonly signal?: AbortSignal;
  readonly observer?: TrainObserver;
  /** Milliseconds of a steady clock. */
  readonly now?: () => number;
};

/** Called as things happen; a slow observer slows the training. */
export type TrainObserver = {
  begun?(run: { settings: RunSettings; step: number; tokens: number }): void;
  /** After every step. `loss` in nats a token. */
  stepped?(step: number, loss: number, gradientNorm: number): void;
  evaluated?(
    step: number,
    evaluation: Evaluation,
    isBest: boolean,
    checkpoint: Checkpoint,
  ): Promise<void> | void;
  saved?(step: number): void;
};
