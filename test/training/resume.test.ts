import { fork } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { afterEach, describe, expect, it } from 'vitest';
import type { Engine } from '#engines';
import { onnxEngine } from '#engines/onnx';
import { readCheckpoint, type Weights } from '#lstm';
import { readLast, type TrainObserver, train } from '#training';
import { tinyRun } from '../fixtures/tiny-run.ts';

const folders: string[] = [];
const newFolder = () => {
  const folder = mkdtempSync(join(tmpdir(), 'xuxie-run-'));
  folders.push(folder);
  return folder;
};
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});
const weightsOf = (folder: string) => readLast(folder).weights;
/** As toEqual tells it, but where they differ it does not print a hundred thousand numbers. */
const same = (a: Weights, b: Weights | undefined): boolean => isDeepStrictEqual({ ...a }, { ...b });

describe('a run that was broken off', () => {
  it('interrupted and resumed ends with the same weights, bit for bit, as an unbroken run', async () => {
    const whole = newFolder();
    await train(tinyRun(whole));
    const broken = newFolder();
    const stop = new AbortController();
    const first = await train({
      ...tinyRun(broken),
      signal: stop.signal,
      observer: { stepped: (step) => step === 17 && stop.abort() },
    });
    expect(first.reason).toBe('interrupted');
    expect(first.step).toBe(17);
    await train({ ...tinyRun(broken), resume: true });
    expect(same(weightsOf(broken), weightsOf(whole))).toBe(true);
    expect(readLast(broken).training).toEqual(readLast(whole).training);
    expect(same(readCheckpoint(broken).weights, readCheckpoint(whole).weights)).toBe(true);
  });

  it('killed with SIGKILL and resumed ends with the same weights', async () => {
    const whole = newFolder();
    await train(tinyRun(whole));
    const killed = newFolder();
    const child = fork(new URL('../fixtures/tiny-run.ts', import.meta.url), [killed], { execArgv: [] });
    await new Promise<void>((resolve, reject) => {
      child.on('message', (step) => Number(step) >= 23 && child.kill('SIGKILL'));
      child.on('exit', (_, signal) =>
        signal === 'SIGKILL' ? resolve() : reject(new Error('it was not killed')),
      );
    });
    const { step } = readLast(killed).training.progress as { step: number };
    expect(step).toBeGreaterThan(0);
    expect(step).toBeLessThan(40);
    await train({ ...tinyRun(killed), resume: true });
    expect(same(weightsOf(killed), weightsOf(whole))).toBe(true);
  });

  it.each([
    ['in the middle of an evaluation', 20, 'score'],
    ['before what an evaluation found is saved', 20, 'evaluated'],
    ['in the middle of its last evaluation', 40, 'score'],
  ] as const)('that ends %s loses no step, and resumed it does not know of it', async (_name, at, where) => {
    const whole = newFolder();
    await train(tinyRun(whole));
    const broken = newFolder();
    let step = 0;
    const end = (place: string) => {
      if (place === where && step === at) throw new Error('the power failed');
    };
    const engine: Engine = {
      ...onnxEngine,
      async score(model, options) {
        const session = await onnxEngine.score(model, options);
        return Object.create(session, {
          score: {
            value: (...args: Parameters<typeof session.score>) => {
              end('score');
              return session.score(...args);
            },
          },
        });
      },
    };
    const observer: TrainObserver = {
      stepped(taken) {
        step = taken;
      },
      evaluated: () => end('evaluated'),
    };
    const run = { ...tinyRun(broken), saveEvery: 1000 };
    await expect(train({ ...run, engine, observer })).rejects.toThrow('the power failed');
    expect(readLast(broken).training.progress).toMatchObject({ step: at });
    const taken: number[] = [];
    await train({ ...run, resume: true, observer: { stepped: (s) => void taken.push(s) } });
    expect(taken).toEqual(Array.from({ length: 40 - at }, (_, i) => at + 1 + i));
    expect(readLast(broken).training).toEqual(readLast(whole).training);
    expect(readCheckpoint(broken).about).toEqual(readCheckpoint(whole).about);
    expect(same(readCheckpoint(broken).weights, readCheckpoint(whole).weights)).toBe(true);
    await expect(train({ ...run, resume: true })).rejects.toMatchObject({ code: 'train.already-finished' });
  });

  it('interrupted before its first evaluation keeps a model, and resumed does not know of it', async () => {
    const stall = { recipe: { learningRate: 0 }, patience: 2, evaluateEvery: 5 };
    const whole = newFolder();
    await train({ ...tinyRun(whole), ...stall });
    const broken = newFolder();
    const stop = new AbortController();
    const first = await train({
      ...tinyRun(broken),
      ...stall,
      signal: stop.signal,
      observer: { stepped: (step) => step === 3 && stop.abort() },
    });
    expect(first.best).toMatchObject({ step: 3 });
    expect(readCheckpoint(broken).about.heldOutBits).toBe(first.best!.bits);
    await train({ ...tinyRun(broken), ...stall, resume: true });
    expect(readLast(broken).training).toEqual(readLast(whole).training);
    expect(readCheckpoint(broken).about).toEqual(readCheckpoint(whole).about);
  });
});
