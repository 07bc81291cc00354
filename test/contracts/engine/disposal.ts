import { expect } from 'vitest';
import { SHAPE, textOf, tied, windowsOf } from './cases.ts';
import type { EngineCheck } from './check.ts';

const { model } = tied;
const options = { ...SHAPE, beta1: 0.9, beta2: 0.99, epsilon: 1e-8, clipNorm: 1, weightDecay: 0 };

/** A session is closed once or twice, refuses work from then on, and takes no other with it. */
export const disposal: readonly EngineCheck[] = [
  {
    name: 'open: a closed session refuses work, may be closed again, and others live on',
    async run(engine) {
      await using other = await engine.open(model, { slots: 1 });
      const session = await engine.open(model, { slots: 1 });
      await session.decode([0], Int32Array.of(1));
      await session[Symbol.asyncDispose]();
      await session[Symbol.asyncDispose]();
      await expect((async () => session.decode([0], Int32Array.of(1)))()).rejects.toThrow();
      await expect(
        (async () => session.prefill([{ slot: 0, tokens: textOf(model, 9) }]))(),
      ).rejects.toThrow();
      await expect(
        (async () => session.score([{ slot: 0, tokens: textOf(model, 9), next: 1 }]))(),
      ).rejects.toThrow();
      expect((await other.decode([0], Int32Array.of(1))).count).toBeGreaterThan(0);
    },
  },
  {
    name: 'score: a closed session refuses work, may be closed again, and others live on',
    async run(engine) {
      await using other = await engine.score(model, SHAPE);
      const session = await engine.score(model, SHAPE);
      const [window] = windowsOf(model, 1);
      await session.score(window!);
      await session[Symbol.asyncDispose]();
      await session[Symbol.asyncDispose]();
      await expect((async () => session.score(window!))()).rejects.toThrow();
      expect(await other.score(window!)).toHaveLength(SHAPE.batch * SHAPE.window);
    },
  },
  {
    name: 'train: a closed session refuses work, may be closed again, and others live on',
    async run(engine) {
      await using other = await engine.train(model, options);
      const session = await engine.train(model, options);
      const [window] = windowsOf(model, 1);
      await session.step(window!, 0.01);
      await session[Symbol.asyncDispose]();
      await session[Symbol.asyncDispose]();
      await expect((async () => session.step(window!, 0.01))()).rejects.toThrow();
      expect((await other.step(window!, 0.01)).loss).toBeGreaterThan(0);
    },
  },
];
