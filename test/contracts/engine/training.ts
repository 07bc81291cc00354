import { expect } from 'vitest';
import type { Engine, TrainingOptions, TrainingState } from '#engines';
import { referenceEngine } from '#engines/reference';
import type { Model } from '#lstm';
import { CASES, SHAPE, tied, untied, windowsOf } from './cases.ts';
import { type EngineCheck, expectAlike, expectClose, wayFrom } from './check.ts';

const OPTIONS: TrainingOptions = {
  ...SHAPE,
  beta1: 0.9,
  beta2: 0.99,
  epsilon: 1e-6,
  clipNorm: Infinity,
  weightDecay: 0.3,
};

/** Unequal, so that none can be taken for a constant. */
const LEARNING_RATES = [0.01, 0.02, 0.005, 0.015, 0.01];

type Run = {
  readonly losses: readonly number[];
  readonly norms: readonly number[];
  readonly model: Model;
  readonly state: TrainingState;
};

/** Five steps; what the session shows is copied, since views are all that the port promises. */
async function fiveSteps(engine: Engine, model: Model, options: TrainingOptions): Promise<Run> {
  await using session = await engine.train(model, options);
  const losses: number[] = [];
  const norms: number[] = [];
  const windows = windowsOf(model, LEARNING_RATES.length);
  for (const [at, window] of windows.entries()) {
    const { loss, gradientNorm } = await session.step(window, LEARNING_RATES[at]!);
    losses.push(loss);
    norms.push(gradientNorm);
  }
  return { losses, norms, model: structuredClone(session.model), state: structuredClone(session.state) };
}

const known = new Map<string, Promise<Run>>();

function expectedRun(key: string, model: Model, options: TrainingOptions): Promise<Run> {
  const run = known.get(key) ?? fiveSteps(referenceEngine, model, options);
  known.set(key, run);
  return run;
}

const CLIPS = [
  { name: 'clipping that bites at every step', clipNorm: 0.03, bites: true },
  { name: 'a clipping norm that is never reached', clipNorm: 100, bites: false },
  { name: 'no clipping', clipNorm: Infinity, bites: false },
];

const followsTheReference = CASES.flatMap(({ name, model }) =>
  CLIPS.map(
    ({ name: clip, clipNorm, bites }): EngineCheck => ({
      name: `train, ${name}: five steps with ${clip} follow the reference`,
      async run(engine, tolerance) {
        const options = { ...OPTIONS, clipNorm };
        const expected = await expectedRun(`${name} ${clip}`, model, options);
        for (const norm of expected.norms) expect(norm > clipNorm).toBe(bites);
        const actual = await fiveSteps(engine, model, options);
        expectClose('losses', actual.losses, expected.losses, tolerance.logits);
        for (const [at, norm] of expected.norms.entries())
          expectClose('gradient norm', [actual.norms[at]! / norm], [1], tolerance.gradients);
        expectAlike(
          'way',
          wayFrom(model.weights, actual.model.weights),
          wayFrom(model.weights, expected.model.weights),
          tolerance.training,
        );
        const { state } = actual;
        expect(state.step).toBe(LEARNING_RATES.length);
        expectAlike('first moment', state.firstMoment, expected.state.firstMoment, tolerance.gradients);
        expectAlike(
          'second moment',
          state.secondMoment,
          expected.state.secondMoment,
          2 * tolerance.gradients,
        );
        expectClose('h', state.h, expected.state.h, tolerance.logits);
        expectClose('c', state.c, expected.state.c, tolerance.logits);
      },
    }),
  ),
);

export const training: readonly EngineCheck[] = [
  ...followsTheReference,
  {
    name: 'train: a row goes on where keep is 1 and starts from zero where it is 0',
    async run(engine, tolerance) {
      const { model } = tied;
      const [first, second] = windowsOf(model, 2);
      const H = model.config.hidden;
      const ending = async (keep: Float32Array, afterFirst: boolean) => {
        await using session = await engine.train(model, OPTIONS);
        if (afterFirst) await session.step(first!, 0);
        await session.step({ ...second!, keep }, 0);
        return structuredClone(session.state);
      };
      const [none, all] = [new Float32Array(SHAPE.batch), new Float32Array(SHAPE.batch).fill(1)];
      const half = none.map((_, row) => row % 2);
      const [fresh, kept, mixed] = [
        await ending(none, false),
        await ending(all, true),
        await ending(half, true),
      ];
      for (let row = 0; row < SHAPE.batch; row++) {
        const part = (state: TrainingState) =>
          [...state.h, ...state.c].filter((_, at) => Math.floor(at / H) % SHAPE.batch === row);
        expect(part(kept), `row ${row} remembers`).not.toEqual(part(fresh));
        expectClose(`row ${row}`, part(mixed), part(row % 2 === 1 ? kept : fresh), tolerance.logits);
      }
    },
  },
  {
    name: 'train: weight decay pulls on matrices by learning rate × decay × weight and never on biases',
    async run(engine, tolerance) {
      const { model } = untied;
      const after = async (weightDecay: number) => {
        await using session = await engine.train(model, { ...OPTIONS, weightDecay });
        await session.step(windowsOf(model, 1)[0]!, 0.01);
        return structuredClone(session.model.weights);
      };
      const { 'lstm.bias': a, 'output.bias': b, ...matrices } = wayFrom(await after(0), await after(0.5));
      expectClose('lstm.bias', a!, new Float32Array(a!.length), 0);
      expectClose('output.bias', b!, new Float32Array(b!.length), 0);
      const pull = Object.entries(matrices).map(([name]) => [
        name,
        model.weights[name as keyof typeof matrices]!.map((p) => -0.01 * 0.5 * p),
      ]);
      expectAlike('decay', matrices, Object.fromEntries(pull), tolerance.training);
    },
  },
  {
    name: 'train: a learning rate of 0 leaves the weights alone, and the moments move',
    async run(engine) {
      await using session = await engine.train(tied.model, OPTIONS);
      await session.step(windowsOf(tied.model, 1)[0]!, 0);
      expect(session.model).toEqual(tied.model);
      expect(session.state.step).toBe(1);
      for (const moment of Object.values(session.state.secondMoment))
        expect(moment.some((v) => v > 0)).toBe(true);
    },
  },
  {
    name: 'train: what it was given stays as it was',
    async run(engine) {
      const given = structuredClone(tied.model);
      const window = windowsOf(given, 1)[0]!;
      await using first = await engine.train(given, OPTIONS);
      await first.step(window, 0.01);
      const [model, state] = [structuredClone(first.model), structuredClone(first.state)];
      await using second = await engine.train(model, OPTIONS, state);
      await second.step(window, 0.01);
      expect(given).toEqual(tied.model);
      expect(model).toEqual(first.model);
      expect(state).toEqual(first.state);
      expect(window).toEqual(windowsOf(given, 1)[0]!);
    },
  },
  ...[untied, tied].map(
    ({ name, model }): EngineCheck => ({
      name: `train, ${name}: a run resumed from copies goes on bit for bit`,
      async run(engine) {
        const windows = windowsOf(model, 5);
        const options = { ...OPTIONS, clipNorm: 0.3 };
        await using unbroken = await engine.train(model, options);
        for (const window of windows.slice(0, 2)) await unbroken.step(window, 0.01);
        const [savedModel, savedState] = [structuredClone(unbroken.model), structuredClone(unbroken.state)];
        const rest = [];
        for (const window of windows.slice(2)) rest.push(await unbroken.step(window, 0.01));

        await using resumed = await engine.train(savedModel, options, savedState);
        expect(resumed.state).toEqual(savedState);
        for (const [at, window] of windows.slice(2).entries())
          expect(await resumed.step(window, 0.01)).toEqual(rest[at]);
        expect(resumed.model).toEqual(unbroken.model);
        expect(resumed.state).toEqual(unbroken.state);
      },
    }),
  ),
];
