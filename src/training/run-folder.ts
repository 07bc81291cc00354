import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '#errors';
import { type Checkpoint, MODEL_FILE, type Recipe, readCheckpoint, refusedWriting } from '#lstm';
import { processMark } from './process-mark.ts';

/** What a run was asked to do. Fixed when it begins, kept in its checkpoints, the same after `--resume`. */
export type RunSettings = {
  readonly preset: string;
  readonly recipe: Recipe;
  readonly seed: number;
  /** Steps of the whole run: a budget of minutes becomes this number once, at the start. */
  readonly totalSteps: number;
  readonly evaluateEvery: number;
  /** Evaluations without a gain after which the run stops. */
  readonly patience: number;
  /** SHA-256 of the texts (`corpusHash`) and of the vocabulary. */
  readonly corpus: string;
  readonly vocabulary: string;
};

/** Where a run is; with moments and row states, all that the next step depends on. */
export type Progress = {
  readonly settings: RunSettings;
  readonly step: number;
  /** The step of the last evaluation in its turn: where one is due and not made, a resumed run begins with it. */
  readonly judged: number;
  readonly best: { readonly step: number; readonly bits: number } | null;
  readonly withoutGain: number;
  readonly stoppedEarly: boolean;
};

/** The files of one run. */
export type RunFolder = {
  /** The best weights so far: what `--model FOLDER` opens. */
  readonly best: string;
  /** The newest weights with moments and states: what `--resume` opens. */
  readonly last: string;
  readonly metrics: string;
  readonly plotSvg: string;
  readonly plotPng: string;
  /** Number of the process that trains here; gone when none does. */
  readonly lock: string;
};

export function runFolder(folder: string): RunFolder {
  return {
    best: join(folder, MODEL_FILE),
    last: join(folder, 'last.safetensors'),
    metrics: join(folder, 'metrics.jsonl'),
    plotSvg: join(folder, 'loss.svg'),
    plotPng: join(folder, 'loss.png'),
    lock: join(folder, 'training.pid'),
  };
}

/**
 * Looks whether a run can begin in a folder, or one there can go on, before anything is read for it.
 * @throws UserError `train.folder-in-use`, or with `resume` `train.nothing-to-resume`
 */
export function checkFolder(folder: string, { resume }: { readonly resume: boolean }): void {
  const used = existsSync(runFolder(folder).last);
  if (used && !resume) throw new UserError('train.folder-in-use', { folder });
  if (!used && resume) throw new UserError('train.nothing-to-resume', { folder });
}

/**
 * Makes the folder and keeps other processes from training in it until disposed; what a killed one has left does
 * not count.
 * @throws UserError `train.folder-busy`, `model.cannot-write`, `model.disk-full`
 */
export function claimFolder(folder: string): Disposable {
  const { lock } = runFolder(folder);
  const own = processMark(process.pid);
  const claim = () => writeFileSync(lock, `${own}\n`, { flag: 'wx' });
  try {
    mkdirSync(folder, { recursive: true });
    try {
      claim();
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      const mark = readFileSync(lock, 'utf8').trim();
      const pid = Number.parseInt(mark, 10);
      if (mark !== own && mark === processMark(pid)) {
        throw new UserError('train.folder-busy', { folder, pid: String(pid), lock });
      }
      rmSync(lock, { force: true });
      claim();
    }
  } catch (cause) {
    throw cause instanceof UserError ? cause : refusedWriting(folder, cause);
  }
  return { [Symbol.dispose]: () => rmSync(lock, { force: true }) };
}

/** @throws UserError `train.nothing-to-resume`, or what `readCheckpoint` throws. */
export function readLast(folder: string): Checkpoint & Required<Pick<Checkpoint, 'training'>> {
  checkFolder(folder, { resume: true });
  const { training, ...model } = readCheckpoint(runFolder(folder).last);
  if (!training) throw new UserError('train.nothing-to-resume', { folder });
  return { ...model, training };
}
