import { onnxEngine } from '#engines/onnx';
import { defaultSettings, writeSample } from '#generation';
import type { Translator } from '#i18n';
import type { Checkpoint } from '#lstm';
import { setStory } from '#platforms/console';
import { Vocabulary } from '#text';
import {
  runFolder,
  TrainingReporter,
  type TrainObserver,
  type TrainOptions,
  type TrainResult,
  train,
} from '#training';
import { keepFromCopying, prepareModel } from '../../src/prepare-model.ts';

/** A run that a person watches: what `train` needs less what is chosen here. */
export type WatchedRun = Omit<TrainOptions, 'engine' | 'observer' | 'signal'> & {
  readonly title: string;
  /** False where even a terminal cannot overwrite what it shows. */
  readonly cursor?: boolean;
};

/** Seed of the passages shown on the way: the same beginning each time, so that one can see it learn. */
const SAMPLE_SEED = 1;

/**
 * Trains with progress, samples, metrics and a loss plot. The first Ctrl-C ends the run after the step under way,
 * with everything saved; the second ends the process.
 */
export async function runTraining(t: Translator, run: WatchedRun): Promise<TrainResult> {
  const { folder, title, cursor } = run;
  const reporter = new TrainingReporter({
    title,
    files: runFolder(folder),
    stream: process.stdout,
    cursor,
    t,
    sample: writeOne,
    set: setStory,
    now: () => performance.now(),
  });
  const observer: TrainObserver = {
    begun(begun) {
      // Before there is any model: none may stand there without it, wherever the run is cut off.
      keepFromCopying(folder, run.texts);
      reporter.begun(begun);
    },
    stepped: (...step) => reporter.stepped(...step),
    evaluated: (...judged) => reporter.evaluated(...judged),
    saved: () => reporter.saved(),
  };
  const stop = new AbortController();
  const interrupt = () => {
    if (stop.signal.aborted) process.exit(130);
    stop.abort();
    reporter.stopping();
  };
  process.on('SIGINT', interrupt).on('SIGTERM', interrupt);
  let result: TrainResult;
  try {
    result = await train({ ...run, engine: onnxEngine, observer, signal: stop.signal });
  } catch (error) {
    // What went wrong first is what the person has to know, whatever goes wrong after it.
    await reporter.finish().catch(() => {});
    throw error;
  } finally {
    process.off('SIGINT', interrupt).off('SIGTERM', interrupt);
  }
  await reporter.finish();
  if (result.best) await prepareModel(runFolder(folder).best);
  const bits = result.best?.bits.toFixed(3) ?? '–';
  process.stdout.write(`${t(`train.${result.reason}`, { step: result.step, bits, folder })}\n`);
  return result;
}

async function writeOne({ config, weights, vocabulary, about }: Checkpoint): Promise<string> {
  const model = {
    config,
    weights,
    vocabulary: Vocabulary.parse(JSON.parse(JSON.stringify(vocabulary))),
    about,
  };
  return writeSample(onnxEngine, model, defaultSettings, SAMPLE_SEED);
}
