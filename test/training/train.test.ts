import { fork } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Engine } from '#engines';
import { onnxEngine } from '#engines/onnx';
import { readCheckpoint } from '#lstm';
import { readLast, runFolder, train } from '#training';
import { novelText, tinyRun } from '../fixtures/tiny-run.ts';

const newFolder = () => mkdtempSync(join(tmpdir(), 'xuxie-run-'));
const weightsOf = (folder: string) => readLast(folder).weights;

describe('train', () => {
  it('learns: held-out bits fall and the best model is kept', async () => {
    const folder = newFolder();
    const bits: number[] = [];
    const result = await train({
      ...tinyRun(folder),
      observer: {
        evaluated(_, evaluation) {
          bits.push(evaluation.bitsPerCharacter);
        },
      },
    });
    expect(result.reason).toBe('finished');
    expect(bits.at(-1)!).toBeLessThan(bits[0]! - 0.5);
    expect(result.best!.bits).toBe(Math.min(...bits));
    expect(readCheckpoint(folder).about.heldOutBits).toBe(result.best!.bits);
  });

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
    expect(weightsOf(broken)).toEqual(weightsOf(whole));
    expect(readLast(broken).training).toEqual(readLast(whole).training);
    expect(readCheckpoint(broken).weights).toEqual(readCheckpoint(whole).weights);
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
    expect(weightsOf(killed)).toEqual(weightsOf(whole));
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

  it('stops at a loss that is no number and leaves the last good checkpoint', async () => {
    const folder = newFolder();
    await expect(train({ ...tinyRun(folder), engine: diverging(9), saveEvery: 0 })).rejects.toThrow(
      /train\.diverged.*9/,
    );
    const { weights, training } = readLast(folder);
    expect((training.progress as { step: number }).step).toBe(8);
    for (const values of Object.values(weights)) expect(values.every(Number.isFinite)).toBe(true);
  });

  it.each([
    [9, 'none'],
    [12, 'kept'],
  ])('tells at step %i whether there is a model to go on from: %s', async (step, best) => {
    const folder = newFolder();
    const run = { ...tinyRun(folder), engine: diverging(step) };
    await expect(train(run)).rejects.toMatchObject({ code: 'train.diverged', params: { step, best } });
    expect(existsSync(runFolder(folder).best)).toBe(best === 'kept');
  });

  it('lets one process at a time train in a folder, and one that died stands in nobody’s way', async () => {
    const folder = newFolder();
    const { lock } = runFolder(folder);
    writeFileSync(lock, String(process.ppid));
    await expect(train(tinyRun(folder))).rejects.toMatchObject({
      code: 'train.folder-busy',
      params: { pid: String(process.ppid), lock },
    });
    const dead = fork(new URL('../fixtures/tiny-run.ts', import.meta.url), [], { execArgv: [] });
    await new Promise((resolve) => dead.on('exit', resolve));
    writeFileSync(lock, String(dead.pid));
    await train({
      ...tinyRun(folder),
      budget: { steps: 2 },
      observer: { stepped: () => expect(readFileSync(lock, 'utf8')).toBe(`${process.pid}\n`) },
    });
    expect(existsSync(lock)).toBe(false);
  });

  it('turns minutes into steps once, and keeps the number', async () => {
    const folder = newFolder();
    let clock = 0;
    const stop = new AbortController();
    const options = {
      ...tinyRun(folder),
      budget: { minutes: 1 },
      now: () => (clock += 1000),
      observer: { stepped: () => stop.abort() },
    };
    await train({ ...options, signal: stop.signal });
    const { settings } = readLast(folder).training.progress as { settings: { totalSteps: number } };
    expect(settings.totalSteps).toBe(54);
    const seen: number[] = [];
    await train({
      ...options,
      resume: true,
      budget: { minutes: 500 },
      observer: { stepped: (s) => void seen.push(s) },
    });
    expect(seen.at(-1)).toBe(54);
  });

  it('stops when nothing is gained any more', async () => {
    const folder = newFolder();
    const result = await train({
      ...tinyRun(folder),
      recipe: { learningRate: 0 },
      patience: 2,
      evaluateEvery: 5,
    });
    expect(result).toMatchObject({ reason: 'stopped-early', step: 15, best: { step: 5 } });
    await expect(train({ ...tinyRun(folder), resume: true })).rejects.toThrow(/train\.already-finished/);
  });

  it('refuses what cannot go well, and says which', async () => {
    const folder = newFolder();
    const short = [{ title: '短', text: '石猴。\n', chapters: [] }];
    await expect(train({ ...tinyRun(folder), texts: short })).rejects.toThrow(/train\.too-short/);
    await expect(train({ ...tinyRun(folder), resume: true })).rejects.toThrow(/train\.nothing-to-resume/);
    expect(existsSync(runFolder(folder).last)).toBe(false);
    await train({ ...tinyRun(folder), budget: { steps: 2 } });
    const before = readFileSync(runFolder(folder).last);
    await expect(train(tinyRun(folder))).rejects.toThrow(/train\.folder-in-use/);
    const other = [{ title: '别', text: `${novelText}多了一行。\n`, chapters: [] }];
    await expect(train({ ...tinyRun(folder), resume: true, texts: other })).rejects.toThrow(
      /train\.other-novel/,
    );
    expect(readFileSync(runFolder(folder).last).equals(before)).toBe(true);
  });
});

/** An engine whose loss is no number at one step. */
function diverging(at: number): Engine {
  return {
    ...onnxEngine,
    async train(model, options, resume) {
      const session = await onnxEngine.train(model, options, resume);
      let steps = 0;
      return Object.create(session, {
        step: {
          value: async (...args: Parameters<typeof session.step>) => {
            const result = await session.step(...args);
            return ++steps === at ? { ...result, loss: Number.NaN } : result;
          },
        },
      });
    },
  };
}
