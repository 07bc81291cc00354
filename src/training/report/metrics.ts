import { closeSync, existsSync, fsyncSync, openSync, readFileSync, writeSync } from 'node:fs';
import { UserError } from '#errors';
import { refusedWriting, writeAtomically } from '#lstm';

/** One measurement of a run. Losses in bits per character; a value that was not measured is left out. */
export type Metric = {
  /** Steps taken. */
  readonly step: number;
  /** Characters of training text read so far, repetitions counted. */
  readonly characters: number;
  /** Seconds of training so far. */
  readonly seconds?: number;
  /** Mean since the measurement before. */
  readonly trainBits?: number;
  readonly heldOutBits?: number;
  readonly learningRate?: number;
  /** Global norm of the gradient before clipping. */
  readonly gradientNorm?: number;
};

/** Appends measurements to a file, one JSON object a line. */
export interface MetricsFile extends Disposable {
  /** The last measurement that stood there when it was opened. */
  readonly last: Metric | undefined;
  append(metric: Metric): void;
  /** Returns when everything appended is on the disk. */
  sync(): void;
}

/**
 * Opens the metrics of a run. What a resumed run will measure again, everything after `resumeAt` steps, is
 * dropped first, and so is a last line that a crash cut off. The default 0 begins the file anew.
 * @throws UserError `train.metrics-damaged`, `model.disk-full`, `model.cannot-write`
 */
export function openMetrics(path: string, resumeAt = 0): MetricsFile {
  const kept =
    resumeAt > 0 && existsSync(path) ? readMetrics(path).filter(({ step }) => step <= resumeAt) : [];
  writeAtomically(path, Buffer.from(kept.map(toLine).join('')));
  const file = orRefused(path, () => openSync(path, 'a'));
  return {
    last: kept.at(-1),
    append: (metric) => void orRefused(path, () => writeSync(file, toLine(metric))),
    sync: () => orRefused(path, () => fsyncSync(file)),
    [Symbol.dispose]: () => closeSync(file),
  };
}

/**
 * The measurements in a metrics file; a last line without its end, as a crash leaves it, is ignored.
 * @throws UserError `train.metrics-damaged` when any other line is not a measurement
 */
export function readMetrics(path: string): Metric[] {
  const lines = readFileSync(path, 'utf8').split('\n');
  return lines.slice(0, -1).map((line, index) => {
    const metric = parse(line);
    if (!metric) throw new UserError('train.metrics-damaged', { path, line: index + 1 });
    return metric;
  });
}

function parse(line: string): Metric | undefined {
  try {
    const metric = JSON.parse(line) as Partial<Metric> | null;
    const numbers = Object.values(metric ?? {}).every((value) => typeof value === 'number');
    return numbers && metric?.step !== undefined && metric.characters !== undefined
      ? (metric as Metric)
      : undefined;
  } catch {
    return undefined;
  }
}

/** JSON has no NaN: a value that is not finite counts as not measured. */
function toLine(metric: Metric): string {
  return `${JSON.stringify(metric, (_, value) => (Number.isFinite(value) || typeof value === 'object' ? value : undefined))}\n`;
}

function orRefused<T>(path: string, write: () => T): T {
  try {
    return write();
  } catch (cause) {
    throw refusedWriting(path, cause);
  }
}
