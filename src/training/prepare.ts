import type { Engine, TrainingSession, TrainingState } from '#engines';
import { UserError } from '#errors';
import { initialise, type Model, presets, type Recipe } from '#lstm';
import { Vocabulary } from '#text';
import { corpusHash, refuseTooShort, type Split, splitCorpus, toStream } from './corpus.ts';
import { type Progress, readLast, refuseUsedFolder } from './run-folder.ts';
import type { TrainOptions } from './train-options.ts';
import { windowAt } from './windows.ts';

/** A run before its next step. */
export type Prepared = {
  readonly split: Split;
  readonly vocabulary: Vocabulary;
  /** The training text as tokens. */
  readonly stream: Int32Array;
  readonly model: Model;
  /** Only of a run that is resumed. */
  readonly state?: TrainingState;
  readonly progress: Progress;
};

/** Evaluations without a gain that end a run: a third of all, and so many at least. */
const PATIENCE = 8;
const EVALUATIONS = 24;

/**
 * A new run with its settings fixed, or the run in the folder where it stopped.
 * @throws UserError what `train` throws before its first step
 */
export async function prepare(options: TrainOptions): Promise<Prepared> {
  const { folder, seed } = options;
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
  if (last) {
    const progress = last.training.progress as Progress;
    refuseOther(progress, options, corpusHash(split), vocabulary.hash);
    const { firstMoment, secondMoment, h, c } = last.training;
    const state = { step: progress.step, firstMoment, secondMoment, h, c };
    return { split, vocabulary, stream, model: last, state, progress };
  }
  refuseTooShort(stream, split, recipe.batch, recipe.window);
  const fresh = () => initialise({ ...presets[options.preset].model, vocabulary: vocabulary.size }, seed);
  const model = options.from ?? fresh();
  const totalSteps = await stepsFor(options, model, recipe, stream);
  const evaluateEvery =
    options.evaluateEvery ?? Math.min(500, Math.max(20, Math.ceil(totalSteps / EVALUATIONS)));
  // A long run may stand still for long while its learning rate is high, and gain once it falls.
  const patience = Math.max(PATIENCE, Math.ceil(totalSteps / evaluateEvery / 3));
  const settings = {
    preset: options.preset,
    recipe,
    seed,
    totalSteps,
    evaluateEvery,
    patience: options.patience ?? patience,
    corpus: corpusHash(split),
    vocabulary: vocabulary.hash,
  };
  const progress = { settings, step: 0, best: null, withoutGain: 0, stoppedEarly: false };
  return { split, vocabulary, stream, model, progress };
}

/** Opens the session that a recipe wants. */
export function openRun(
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

function refuseOther(
  { settings, step, stoppedEarly }: Progress,
  { folder, preset }: TrainOptions,
  corpus: string,
  vocabulary: string,
): void {
  if (settings.corpus !== corpus) throw new UserError('train.other-novel', { folder });
  if (settings.vocabulary !== vocabulary) throw new UserError('train.other-vocabulary', { folder });
  if (settings.preset !== preset)
    throw new UserError('train.other-preset', { folder, preset: settings.preset });
  if (stoppedEarly || step >= settings.totalSteps) throw new UserError('train.already-finished', { folder });
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
