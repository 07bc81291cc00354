import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { UserError } from '#errors';
import { type Metric, openMetrics, readMetrics } from '../../../src/training/report/metrics.ts';

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'xuxie-metrics-'));
  path = join(folder, 'metrics.jsonl');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const metric = (step: number): Metric => ({
  step,
  characters: step * 4096,
  trainBits: 7.25,
  seconds: step / 2,
});

function write(steps: readonly number[], resumeAt?: number): void {
  using file = openMetrics(path, resumeAt);
  for (const step of steps) file.append(metric(step));
  file.sync();
}

function codeOf(action: () => unknown): unknown {
  try {
    return action();
  } catch (error) {
    return error instanceof UserError ? error.code : error;
  }
}

test('what is appended is read back', () => {
  write([10, 20]);
  expect(readMetrics(path)).toEqual([metric(10), metric(20)]);
  expect(readFileSync(path, 'utf8').split('\n')).toHaveLength(3);
});

test('a new run begins the file anew', () => {
  write([10, 20]);
  write([5]);
  expect(readMetrics(path)).toEqual([metric(5)]);
});

test('a resumed run keeps what came before it and drops what it will measure again', () => {
  write([10, 20, 30]);
  write([25], 20);
  expect(readMetrics(path).map(({ step }) => step)).toEqual([10, 20, 25]);
  expect(existsSync(`${path}.new`)).toBe(false);
});

test('a resumed run without a file begins one', () => {
  write([25], 20);
  expect(readMetrics(path)).toEqual([metric(25)]);
});

test('a line that a crash cut off is ignored, and repaired before the next one', () => {
  write([10, 20]);
  appendFileSync(path, '{"step":30,"chara');
  expect(readMetrics(path).map(({ step }) => step)).toEqual([10, 20]);
  write([30], 20);
  expect(readMetrics(path).map(({ step }) => step)).toEqual([10, 20, 30]);
});

test('even a cut line that happens to be whole JSON is not trusted without its end', () => {
  write([10]);
  appendFileSync(path, '{"step":2,"characters":8192}');
  expect(readMetrics(path)).toEqual([metric(10)]);
});

test.each(['not json', 'null', '[]', '{"step":1}', '{"step":"1","characters":2}'])(
  'a damaged line is told: %s',
  (line) => {
    writeFileSync(path, `{"step":1,"characters":2}\n${line}\n{"step":3,"characters":4}\n`);
    expect(codeOf(() => readMetrics(path))).toBe('train.metrics-damaged');
  },
);

test('what is not a number was not measured', () => {
  using file = openMetrics(path);
  file.append({ step: 1, characters: 2, trainBits: Number.NaN, heldOutBits: Infinity });
  expect(readFileSync(path, 'utf8')).toBe('{"step":1,"characters":2}\n');
});

test('a file that cannot be made or written is told', () => {
  mkdirSync(`${path}.new`);
  expect(codeOf(() => openMetrics(path))).toBe('model.cannot-write');
});

test('what stood there last is known', () => {
  write([10, 20, 30]);
  using resumed = openMetrics(path, 20);
  expect(resumed.last).toEqual(metric(20));
  using fresh = openMetrics(path);
  expect(fresh.last).toBeUndefined();
});

test('a full disk is told, and the old file is still there', () => {
  write([10]);
  symlinkSync('/dev/full', `${path}.new`);
  expect(codeOf(() => openMetrics(path, 10))).toBe('model.disk-full');
  expect(readMetrics(path)).toEqual([metric(10)]);
});
