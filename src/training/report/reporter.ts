import type { Translator } from '#i18n';
import { type Checkpoint, writeAtomically } from '#lstm';
import type { RunFolder } from '../run-folder.ts';
import type { TrainObserver } from '../train-options.ts';
import { lossPlot } from './loss-plot.ts';
import { openMetrics, readMetrics } from './metrics.ts';
import { ProgressDisplay, type ProgressStream } from './progress-display.ts';
import { progressLine } from './progress-line.ts';
import { renderPng } from './render-png.ts';

export type ReporterOptions = {
  readonly title: string;
  readonly files: RunFolder;
  readonly stream: ProgressStream;
  /** False where even a terminal cannot overwrite what it shows. */
  readonly cursor?: boolean | undefined;
  readonly t: Translator;
  /** Writes a few sentences with the model as it is; shown at each evaluation. */
  readonly sample: (checkpoint: Checkpoint) => Promise<string>;
  /** Sets a sample for a terminal of so many columns; without it samples stay as they are. */
  readonly set?: (sample: string, columns: number) => string;
  /** Milliseconds of a steady clock. */
  readonly now: () => number;
};

/** Steps over which the shown loss and speed are averaged. */
const MEMORY = 50;
/** Measurements of the training loss between two evaluations. */
const MEASURE_EVERY = 20;

/** Shows a training while it runs and leaves its metrics file and its loss plot. */
export class TrainingReporter implements TrainObserver {
  readonly #options: ReporterOptions;
  readonly #display: ProgressDisplay;
  #metrics: ReturnType<typeof openMetrics> | undefined;
  #total = 0;
  #tokensAStep = 0;
  #firstStep = 0;
  #lossMean: number | undefined;
  #lossSum = 0;
  #lossCount = 0;
  #heldOut: number | undefined;
  #stepTime: number | undefined;
  #steppedAt = 0;
  #begunAt = 0;
  /** Seconds of training before this process took over. */
  #secondsBefore = 0;

  constructor(options: ReporterOptions) {
    this.#options = options;
    this.#display = new ProgressDisplay(options);
  }

  begun({ settings, step, tokens }: Parameters<NonNullable<TrainObserver['begun']>>[0]): void {
    const { t, files, now } = this.#options;
    const { batch, window } = settings.recipe;
    this.#total = settings.totalSteps;
    this.#tokensAStep = batch * window;
    this.#firstStep = step;
    this.#begunAt = this.#steppedAt = now();
    this.#metrics = openMetrics(files.metrics, step);
    this.#secondsBefore = this.#metrics.last?.seconds ?? 0;
    const passes = (settings.totalSteps * this.#tokensAStep) / tokens;
    // Of a short run two digits count: 0 times would be untrue.
    const told = Number(passes < 1 ? passes.toPrecision(2) : passes.toFixed(1));
    const words = { tokens, steps: settings.totalSteps, passes: told, done: step };
    this.#display.print(t(step > 0 ? 'train.resumed' : 'train.begun', words));
  }

  stepped(step: number, loss: number, gradientNorm: number): void {
    const { now, t } = this.#options;
    const time = now() - this.#steppedAt;
    this.#steppedAt = now();
    this.#lossMean = average(this.#lossMean, loss);
    this.#stepTime = average(this.#stepTime, time);
    this.#lossSum += loss;
    this.#lossCount++;
    if (step % MEASURE_EVERY === 0) this.#measure(step, { gradientNorm });
    this.#display.update((columns) => progressLine(this.#state(step), t, columns));
  }

  async evaluated(
    step: number,
    { bitsPerCharacter }: { readonly bitsPerCharacter: number },
    isBest: boolean,
    checkpoint: Checkpoint,
  ): Promise<void> {
    const { t, sample, now, stream, set } = this.#options;
    this.#heldOut = bitsPerCharacter;
    this.#measure(step, { heldOutBits: bitsPerCharacter });
    const written = await sample(checkpoint);
    const text = set && stream.isTTY ? set(written, stream.columns ?? 80) : written;
    const bits = bitsPerCharacter.toFixed(3);
    this.#display.print(
      t('train.evaluated', { step, total: this.#total, bits, best: isBest ? 'yes' : 'no', text }),
    );
    // Time for evaluating is no time of a step.
    this.#steppedAt = now();
  }

  saved(): void {
    this.#metrics?.sync();
  }

  /** Tells that the run was asked to end and is saving. */
  stopping(): void {
    this.#display.print(this.#options.t('train.stopping'));
  }

  /** Ends the display and writes loss.svg and loss.png from the metrics file. */
  async finish(): Promise<void> {
    this.#display.end();
    if (!this.#metrics) return;
    this.#metrics[Symbol.dispose]();
    const { files, title, t } = this.#options;
    const svg = lossPlot({ title, points: readMetrics(files.metrics), t });
    writeAtomically(files.plotSvg, Buffer.from(svg));
    writeAtomically(files.plotPng, renderPng(svg));
  }

  #measure(step: number, more: { readonly heldOutBits?: number; readonly gradientNorm?: number }): void {
    const trainBits = this.#lossCount > 0 ? { trainBits: this.#lossSum / this.#lossCount / Math.LN2 } : {};
    this.#lossSum = this.#lossCount = 0;
    const seconds = this.#secondsBefore + (this.#options.now() - this.#begunAt) / 1000;
    this.#metrics?.append({ step, characters: step * this.#tokensAStep, seconds, ...trainBits, ...more });
  }

  #state(step: number) {
    const taken = step - this.#firstStep;
    const elapsed = (this.#options.now() - this.#begunAt) / 1000;
    return {
      step,
      totalSteps: this.#total,
      secondsLeft: taken < 5 ? undefined : (elapsed / taken) * (this.#total - step),
      loss: this.#lossMean,
      heldOutBits: this.#heldOut,
      charactersPerSecond: this.#stepTime ? (1000 * this.#tokensAStep) / this.#stepTime : undefined,
    };
  }
}

const average = (mean: number | undefined, value: number): number =>
  mean === undefined ? value : mean + (value - mean) / MEMORY;
