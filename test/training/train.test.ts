import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { afterEach, describe, expect, it } from 'vitest';
import type { Engine } from '#engines';
import { onnxEngine } from '#engines/onnx';
import { type Checkpoint, readCheckpoint, type Weights, writeCheckpoint } from '#lstm';
import { readLast, runFolder, type TrainObserver, train } from '#training';
import { novelText, tinyRun } from '../fixtures/tiny-run.ts';

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

  it('keeps the best model, not the last', async () => {
    const folder = newFolder();
    const bits = [5, 3, 4, 6];
    let judged = 0;
    let best: Checkpoint['weights'] | undefined;
    const engine: Engine = {
      ...onnxEngine,
      score: async () => ({
        score: async ({ tokens }) => new Float32Array(tokens.length).fill(bits[judged]! * Math.LN2),
        async [Symbol.asyncDispose]() {},
      }),
    };
    const observer: TrainObserver = {
      evaluated(step, _evaluation, _isBest, { weights }) {
        if (step === 20) best = structuredClone(weights);
        judged++;
      },
    };
    const result = await train({ ...tinyRun(folder), engine, observer });
    expect(result.best).toEqual({ step: 20, bits: expect.closeTo(3, 5) });
    expect(same(readCheckpoint(folder).weights, best)).toBe(true);
    expect(readCheckpoint(folder).about).toMatchObject({
      heldOutBits: result.best!.bits,
      tokensRead: 20 * 256,
    });
    expect(same(weightsOf(folder), best)).toBe(false);
  });

  it('saves its state so often that a crash costs less than a minute', async () => {
    let clock = 0;
    const saved: number[] = [];
    const observer: TrainObserver = { saved: () => void saved.push(clock) };
    await train({ ...tinyRun(newFolder()), evaluateEvery: 1000, observer, now: () => (clock += 7000) });
    const gaps = saved.map((at, i) => at - (saved[i - 1] ?? 0));
    expect(saved.length).toBeGreaterThan(4);
    expect(Math.max(...gaps)).toBeLessThanOrEqual(60_000);
  });

  it('goes on from another model, with its weights and its vocabulary', async () => {
    const first = newFolder();
    await train({ ...tinyRun(first), budget: { steps: 2 } });
    const from = readCheckpoint(first);
    const texts = [{ title: '别', text: `${novelText}龘龘龘`, chapters: [] }];
    const second = newFolder();
    const still = { recipe: { learningRate: 0 }, budget: { steps: 1 } };
    await train({ ...tinyRun(second), ...still, texts, from });
    expect(same(weightsOf(second), from.weights)).toBe(true);
    expect(readLast(second).vocabulary).toEqual(from.vocabulary);
  });

  it.each(['loss', 'gradientNorm'] as const)(
    'stops at a %s that is no number and leaves the last good checkpoint',
    async (value) => {
      const folder = newFolder();
      await expect(train({ ...tinyRun(folder), engine: diverging(9, value), saveEvery: 0 })).rejects.toThrow(
        /train\.diverged.*9/,
      );
      const { weights, training } = readLast(folder);
      expect((training.progress as { step: number }).step).toBe(8);
      for (const values of Object.values(weights)) expect(values.every(Number.isFinite)).toBe(true);
    },
  );

  it.each([
    [9, 'none'],
    [12, 'kept'],
  ])('tells at step %i whether there is a model to go on from: %s', async (step, best) => {
    const folder = newFolder();
    const run = { ...tinyRun(folder), engine: diverging(step) };
    await expect(train(run)).rejects.toMatchObject({ code: 'train.diverged', params: { step, best } });
    expect(existsSync(runFolder(folder).best)).toBe(best === 'kept');
  });

  it('holds its folder while it trains, and lets it go', async () => {
    const folder = newFolder();
    const { lock } = runFolder(folder);
    let held = '';
    await train({
      ...tinyRun(folder),
      budget: { steps: 2 },
      observer: {
        stepped() {
          held = readFileSync(lock, 'utf8');
        },
      },
    });
    expect(held).toMatch(new RegExp(`^${process.pid}\\b`));
    expect(existsSync(lock)).toBe(false);
  });

  it('turns minutes into steps once, and keeps the number', async () => {
    const folder = newFolder();
    let clock = 0;
    const stop = new AbortController();
    const options = {
      ...tinyRun(folder),
      budget: { minutes: 3 },
      now: () => (clock += 1000),
      observer: { stepped: () => stop.abort() },
    };
    await train({ ...options, signal: stop.signal });
    const { settings } = readLast(folder).training.progress as { settings: { totalSteps: number } };
    const { totalSteps } = settings;
    expect(totalSteps).toBeGreaterThan(30);
    expect(totalSteps).toBeLessThan(180);
    const seen: number[] = [];
    await train({
      ...options,
      resume: true,
      budget: { minutes: 500 },
      observer: { stepped: (s) => void seen.push(s) },
    });
    expect(seen.at(-1)).toBe(totalSteps);
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
    await expect(train({ ...tinyRun(folder), resume: true, preset: 'seed' })).rejects.toMatchObject({
      code: 'train.other-preset',
      params: { preset: 'tiny' },
    });
    expect(readFileSync(runFolder(folder).last).equals(before)).toBe(true);
    expect(readLast(folder).training.progress).toMatchObject({ settings: { seed: 3, preset: 'tiny' } });
  });
});

it('refuses a checkpoint of another vocabulary', async () => {
  const folder = newFolder();
  await train({ ...tinyRun(folder), budget: { steps: 1 } });
  const last = readLast(folder);
  const { characters } = last.vocabulary as { characters: string };
  const foreign = (text: string) => {
    writeCheckpoint(runFolder(folder).last, { ...last, vocabulary: { format: 1, characters: text } });
    return train({ ...tinyRun(folder), budget: { steps: 2 }, resume: true });
  };
  await expect(foreign([...characters].reverse().join(''))).rejects.toMatchObject({
    code: 'train.other-vocabulary',
  });
  await expect(foreign(characters.slice(1))).rejects.toMatchObject({ code: 'model.vocabulary-mismatch' });
});

/** An engine whose loss, or norm of the gradient, is no number at one step. */
function diverging(at: number, value: 'loss' | 'gradientNorm' = 'loss'): Engine {
  return {
    ...onnxEngine,
    async train(model, options, resume) {
      const session = await onnxEngine.train(model, options, resume);
      let steps = 0;
      return Object.create(session, {
        step: {
          value: async (...args: Parameters<typeof session.step>) => {
            const result = await session.step(...args);
            return ++steps === at ? { ...result, [value]: Number.NaN } : result;
          },
        },
      });
    },
  };
}
