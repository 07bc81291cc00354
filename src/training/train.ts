import type { ScoringSession } from '#engines';
import { UserError } from '#errors';
import { type Checkpoint, type ModelCard, writeCheckpoint } from '#lstm';
import { openingsOf } from './corpus.ts';
import { EVALUATION_SHAPE, evaluate } from './evaluate.ts';
import { openRun } from './open-run.ts';
import { prepare } from './prepare.ts';
import { claimFolder, type Progress, runFolder } from './run-folder.ts';
import type { TrainOptions } from './train-options.ts';
import { learningRateAt, windowAt } from './windows.ts';

export type TrainResult = {
  readonly reason: 'finished' | 'stopped-early' | 'interrupted';
  readonly step: number;
  readonly best: Progress['best'];
};

const SAVE_EVERY = 30;
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
  const prepared = await prepare(options);
  const { split, vocabulary, stream, model, state } = prepared;
  let { progress } = prepared;
  const { settings } = progress;
  const tokensAStep = settings.recipe.batch * settings.recipe.window;
  const openings = openingsOf(split, OPENINGS);
  const about = (): ModelCard => ({
    title: options.texts.map(({ title }) => title).join('、'),
    preset: settings.preset,
    script: options.script,
    openings,
    tokensRead: progress.step * tokensAStep,
    heldOutBits: progress.best?.bits ?? null,
  });
  await using session = await openRun(engine, model, settings.recipe, options.threads, state);
  await using scoring: ScoringSession = await engine.score(model, {
    ...EVALUATION_SHAPE,
    ...(options.threads !== undefined && { threads: options.threads }),
  });
  const checkpoint = (): Checkpoint => ({ ...session.model, vocabulary, about: about() });
  const save = () => {
    const { firstMoment, secondMoment, h, c } = session.state;
    const training = { progress, firstMoment, secondMoment, h, c };
    writeCheckpoint(files.last, { ...checkpoint(), training });
    savedAt = now();
    observer.saved?.(progress.step);
  };
  const isDue = () => {
    const { step, judged } = progress;
    const inTurn = step > 0 && (step % settings.evaluateEvery === 0 || step === settings.totalSteps);
    return inTurn && judged !== step;
  };
  let savedAt = now();
  using _claim = claimFolder(folder);
  observer.begun?.({ settings, step: progress.step, tokens: stream.length });
  if (!state) save();
  if (isDue()) await judge();
  while (progress.step < settings.totalSteps && !progress.stoppedEarly && !options.signal?.aborted) {
    const window = windowAt(progress.step, stream, model.config, settings.recipe, settings.seed);
    const rate = learningRateAt(progress.step, settings.totalSteps, settings.recipe);
    const { loss, gradientNorm } = await session.step(window, rate);
    if (!Number.isFinite(loss) || !Number.isFinite(gradientNorm)) {
      const best = progress.best ? 'kept' : 'none';
      throw new UserError('train.diverged', { step: progress.step + 1, folder, best });
    }
    progress = { ...progress, step: progress.step + 1 };
    observer.stepped?.(progress.step, loss, gradientNorm);
    if (isDue()) {
      // Judging can take longer than may be lost.
      save();
      await judge();
    } else if (now() - savedAt >= (options.saveEvery ?? SAVE_EVERY) * 1000) save();
    await new Promise(setImmediate);
  }
  if (options.signal?.aborted) {
    // Judged out of turn, so that there is a model to write with; the run itself does not learn of it, or it would
    // end otherwise than one that nobody interrupted.
    save();
    if (!progress.best) await judge();
    const { best } = progress;
    return { reason: 'interrupted', step: progress.step, best };
  }
  save();
  const reason = progress.stoppedEarly ? 'stopped-early' : 'finished';
  return { reason, step: progress.step, best: progress.best };

  /** Evaluates on what was held out, keeps the best weights, and tells whether to stop. */
  async function judge(): Promise<void> {
    const evaluation = await evaluate(scoring, split.heldOut, vocabulary, session.model);
    const { step } = progress;
    const isBest = evaluation.bitsPerCharacter < (progress.best?.bits ?? Infinity);
    const best = isBest ? { step, bits: evaluation.bitsPerCharacter } : progress.best;
    const withoutGain = isBest ? 0 : progress.withoutGain + 1;
    progress = {
      ...progress,
      judged: step,
      best,
      withoutGain,
      stoppedEarly: withoutGain >= settings.patience,
    };
    if (isBest) writeCheckpoint(files.best, checkpoint());
    await observer.evaluated?.(step, evaluation, isBest, checkpoint());
  }
}
