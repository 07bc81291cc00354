import type { TrainingState } from '#engines';
import { UserError } from '#errors';
import { initialise, type Model, presets } from '#lstm';
import { Vocabulary } from '#text';
import { planRun } from './budget.ts';
import { corpusHash, refuseTooShort, type Split, splitCorpus, toStream } from './corpus.ts';
import { checkFolder, type Progress, readLast } from './run-folder.ts';
import type { TrainOptions } from './train-options.ts';

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

/**
 * A new run with its settings fixed, or the run in the folder where it stopped.
 * @throws UserError what `train` throws before its first step
 */
export async function prepare(options: TrainOptions): Promise<Prepared> {
  const { folder, seed } = options;
  checkFolder(folder, options);
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
  const heldOut = split.heldOut.map((text) => vocabulary.encode(text).length);
  const plan = await planRun(options, model, recipe, stream, heldOut);
  const { totalSteps } = plan;
  const evaluateEvery = options.evaluateEvery ?? plan.evaluateEvery;
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
  const progress = { settings, step: 0, judged: 0, best: null, withoutGain: 0, stoppedEarly: false };
  return { split, vocabulary, stream, model, progress };
}

function refuseOther(
  { settings, step, judged, stoppedEarly }: Progress,
  { folder, preset }: TrainOptions,
  corpus: string,
  vocabulary: string,
): void {
  if (settings.corpus !== corpus) throw new UserError('train.other-novel', { folder });
  if (settings.vocabulary !== vocabulary) throw new UserError('train.other-vocabulary', { folder });
  if (settings.preset !== preset)
    throw new UserError('train.other-preset', { folder, preset: settings.preset });
  const finished = step >= settings.totalSteps && judged === step;
  if (stoppedEarly || finished) throw new UserError('train.already-finished', { folder });
}
