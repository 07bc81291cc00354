import type { Engine, ScoringSession, TrainingSession, TrainingState } from '#engines';
import { UserError } from '#errors';
import {
  type Checkpoint,
  initialise,
  type Model,
  type ModelCard,
  type PresetName,
  presets,
  type Recipe,
  writeCheckpoint,
} from '#lstm';
import { Vocabulary } from '#text';
import {
  corpusHash,
  openingsOf,
  refuseTooShort,
  type Split,
  splitCorpus,
  type TrainingText,
  toStream,
} from './corpus.ts';
import { EVALUATION_SHAPE, type Evaluation, evaluate } from './evaluate.ts';
import {
  makeFolder,
  type Progress,
  type RunSettings,
  readLast,
  refuseUsedFolder,
  runFolder,
} from './run-folder.ts';
import { learningRateAt, windowAt } from './windows.ts';

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
  begun?(run: { settings: RunSettings; step: number; parameters: Model; split: Split; tokens: number }): void;
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

export type TrainResult = {
  readonly reason: 'finished' | 'stopped-early' | 'interrupted';
  readonly step: number;
  readonly best: Progress['best'];
};

const SAVE_EVERY = 30;
const PATIENCE = 8;
const EVALUATIONS = 24;
const OPENINGS = 200;

/**
 * Trains a model with truncated backpropagation through time, the state carried from window to window.
 * The run is a function of its texts, recipe, seed and number of steps: killed and resumed it ends with the same
 * weights, bit for bit.
 * @throws UserError `train.*`: too short, folder in use, nothing to resume, another novel, diverged; `model.*`.
 */
export async function train(options: TrainOptions): Promise<TrainResult> {
  const { engine, folder, observer = {}, now = () => performance.now() } = options;
  const files = runFolder(folder);
  if (!options.resume) refuseUsedFolder(folder);
  const last = options.resume ? readLast(folder) : undefined;
  const split = splitCorpus(options.texts);
  const source = last ?? options.from;
  const recipe = { ...presets[options.preset].recipe, ...options.recipe };
  const vocabulary = source
    ? Vocabulary.parse(source.vocabulary)
    : Vocabulary.fromText(split.training, recipe.minimumCount);
  if (source && source.config.vocabulary !== vocabulary.size)
    throw new UserError('model.vocabulary-mismatch');
  const stream = toStream(split.training, vocabulary);
  const config = source?.config ?? { ...presets[options.preset].model, vocabulary: vocabulary.size };
  let model: Model = source ?? initialise(config, options.seed);
  let progress: Progress;
  let state: TrainingState | undefined;
  if (last) {
    progress = last.training.progress as Progress;
    refuseOther(progress.settings, options, corpusHash(split), vocabulary.hash);
    if (progress.stoppedEarly || progress.step >= progress.settings.totalSteps) {
      throw new UserError('train.already-finished', { folder });
    }
    const { firstMoment, secondMoment, h, c } = last.training;
    state = { step: progress.step, firstMoment, secondMoment, h, c };
  } else {
    refuseTooShort(stream, split, recipe.batch, recipe.window);
    const totalSteps = await stepsFor(options, model, recipe, stream);
    progress = {
      settings: {
        preset: options.preset,
        recipe,
        seed: options.seed,
        totalSteps,
        evaluateEvery:
          options.evaluateEvery ?? Math.min(500, Math.max(20, Math.ceil(totalSteps / EVALUATIONS))),
        patience: options.patience ?? PATIENCE,
        corpus: corpusHash(split),
        vocabulary: vocabulary.hash,
      },
      step: 0,
      best: null,
      withoutGain: 0,
      stoppedEarly: false,
    };
  }
  const { settings } = progress;
  const tokensAStep = settings.recipe.batch * settings.recipe.window;
  const about = (): ModelCard => ({
    title: options.texts.map(({ title }) => title).join('、'),
    preset: settings.preset,
    script: options.script,
    openings: openingsOf(split, OPENINGS),
    tokensRead: progress.step * tokensAStep,
    heldOutBits: progress.best?.bits ?? null,
  });
  await using session = await openRun(engine, model, settings.recipe, options.threads, state);
  await using scoring: ScoringSession = await engine.score(model, {
    ...EVALUATION_SHAPE,
    ...threadsOf(options),
  });
  const checkpoint = (): Checkpoint => ({ ...session.model, vocabulary, about: about() });
  const save = () => {
    const { firstMoment, secondMoment, h, c } = session.state;
    const training = { progress, firstMoment, secondMoment, h, c };
    writeCheckpoint(files.last, { ...checkpoint(), training });
    observer.saved?.(progress.step);
  };
  model = session.model;
  makeFolder(folder);
  observer.begun?.({ settings, step: progress.step, parameters: model, split, tokens: stream.length });
  if (!last) save();

  let savedAt = now();
  while (progress.step < settings.totalSteps && !progress.stoppedEarly && !options.signal?.aborted) {
    const window = windowAt(progress.step, stream, config, settings.recipe, settings.seed);
    const rate = learningRateAt(progress.step, settings.totalSteps, settings.recipe);
    const { loss, gradientNorm } = await session.step(window, rate);
    if (!Number.isFinite(loss) || !Number.isFinite(gradientNorm)) {
      throw new UserError('train.diverged', { step: progress.step + 1, folder });
    }
    progress = { ...progress, step: progress.step + 1 };
    observer.stepped?.(progress.step, loss, gradientNorm);
    const due = progress.step % settings.evaluateEvery === 0 || progress.step === settings.totalSteps;
    if (due) await judge();
    if (due || now() - savedAt >= (options.saveEvery ?? SAVE_EVERY) * 1000) {
      save();
      savedAt = now();
    }
    await new Promise(setImmediate);
  }
  if (options.signal?.aborted) {
    if (!progress.best) await judge();
    save();
  }
  const reason = options.signal?.aborted
    ? 'interrupted'
    : progress.stoppedEarly
      ? 'stopped-early'
      : 'finished';
  return { reason, step: progress.step, best: progress.best };

  /** Evaluates on what was held out, keeps the best weights, and tells whether to stop. */
  async function judge(): Promise<void> {
    const evaluation = await evaluate(scoring, split.heldOut, vocabulary, session.model);
    const { step } = progress;
    const isBest = evaluation.bitsPerCharacter < (progress.best?.bits ?? Infinity);
    const best = isBest ? { step, bits: evaluation.bitsPerCharacter } : progress.best;
    const withoutGain = isBest ? 0 : progress.withoutGain + 1;
    progress = { ...progress, best, withoutGain, stoppedEarly: withoutGain >= settings.patience };
    if (isBest) writeCheckpoint(files.best, checkpoint());
    await observer.evaluated?.(step, evaluation, isBest, checkpoint());
  }
}

const threadsOf = ({ threads }: { readonly threads?: number }) => (threads === undefined ? {} : { threads });

function openRun(
  engine: Engine,
  model: Model,
  recipe: Recipe,
  threads: number | undefined,
  state?: TrainingState,
): Promise<TrainingSession> {
  const { batch, window, beta1, beta2, epsilon, weightDecay, clipNorm } = recipe;
  const options = { batch, window, beta1, beta2, epsilon, weightDecay, clipNorm: clipNorm ?? Infinity };
  return engine.train(model, threads === undefined ? options : { ...options, threads }, state);
}

function refuseOther(settings: RunSettings, options: TrainOptions, corpus: string, vocabulary: string): void {
  const { folder, preset } = options;
  if (settings.corpus !== corpus) throw new UserError('train.other-novel', { folder });
  if (settings.vocabulary !== vocabulary) throw new UserError('train.other-vocabulary', { folder });
  if (settings.preset !== preset)
    throw new UserError('train.other-preset', { folder, preset: settings.preset });
}

const PROBE_STEPS = 8;
/** Share of a time budget that goes into steps; the rest is for evaluating, sampling and saving. */
const STEPPING_SHARE = 0.9;

/** The number of steps of a budget. Minutes are turned into steps by timing a few that are then thrown away. */
async function stepsFor(
  options: TrainOptions,
  model: Model,
  recipe: Recipe,
  stream: Int32Array,
): Promise<number> {
  const { steps, minutes, epochs = 10 } = options.budget;
  if (steps !== undefined) return steps;
  const perEpoch = stream.length / (recipe.batch * recipe.window);
  if (minutes === undefined) return Math.max(1, Math.ceil(epochs * perEpoch));
  const { now = () => performance.now() } = options;
  await using probe = await openRun(options.engine, model, recipe, options.threads);
  const times: number[] = [];
  for (let step = 0; step < PROBE_STEPS; step++) {
    const begin = now();
    await probe.step(windowAt(step, stream, model.config, recipe, options.seed), 0);
    times.push(now() - begin);
  }
  // The first steps touch their memory for the first time and are slow.
  const typical = times.slice(PROBE_STEPS / 2).sort((a, b) => a - b)[PROBE_STEPS / 4]!;
  return Math.max(1, Math.floor((minutes * 60_000 * STEPPING_SHARE) / typical));
}
