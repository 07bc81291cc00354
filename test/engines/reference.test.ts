import { describe, expect, it } from 'vitest';
import type { TrainingOptions } from '#engines';
import { lossAndGradients, type Matrix, matrix, referenceEngine, type Tensors } from '#engines/reference';
import { type Model, type ModelConfig, type WeightName, weightShapes } from '#lstm';
import { dropoutMask, randomFrom, randomIds, randomModel, uniform } from '../contracts/engine/random.ts';
import { engineContract } from '../contracts/engine.ts';

engineContract({
  name: 'reference',
  engine: referenceEngine,
  tolerance: { logits: 3e-5, gradients: 0, training: 1e-4, serving: 0, regrouping: 0 },
});

const shape = { batch: 3, window: 5 };
const sizes = { vocabulary: 7, embedding: 3, hidden: 4 };

/** A tiny problem in float64: masks with zeros, a carried state, and one row that must not keep it. */
function problem(config: ModelConfig) {
  const random = randomFrom(5);
  const { batch: B, window: T } = shape;
  const w: Partial<Record<WeightName, Matrix>> = {};
  for (const [name, [rows, columns]] of weightShapes(config))
    w[name] = matrix(
      columns === undefined ? 1 : rows!,
      columns ?? rows!,
      randomModel(config, 3).weights[name]!,
    );
  const state = () => matrix(B, config.hidden, uniform(B * config.hidden, 0.9, random));
  return {
    w: w as Tensors,
    window: {
      tokens: randomIds(B * T, config.vocabulary, random),
      targets: randomIds(B * T, config.vocabulary, random),
      keep: Float32Array.of(1, 0, 1),
      inputMask: dropoutMask(B * config.embedding, 0.7, random),
      outputMask: dropoutMask(B * config.hidden, 0.6, random),
    },
    carried: { h: state(), c: state() },
  };
}

const norm = (values: Iterable<number>): number =>
  Math.sqrt(Array.from(values).reduce((s, x) => s + x * x, 0));

describe.each([{ tied: false }, { tied: true }])('derivatives in float64, tied: $tied', ({ tied }) => {
  const config = { ...sizes, tied };
  const { w, window, carried } = problem(config);
  const loss = () => lossAndGradients(config, w, window, shape, carried).loss;
  const { gradients } = lossAndGradients(config, w, window, shape, carried);
  const step = 1e-5;

  it.each([...weightShapes(config).keys()])('%s agrees with central differences to 1e-6', (name) => {
    const { data } = w[name]!;
    const differences = data.map((value, at) => {
      data[at] = value + step;
      const above = loss();
      data[at] = value - step;
      const below = loss();
      data[at] = value;
      return (above - below) / (2 * step);
    });
    const gradient = gradients[name]!.data;
    expect(norm(differences)).toBeGreaterThan(1e-3);
    expect(norm(differences.map((d, at) => d - gradient[at]!)) / norm(differences)).toBeLessThan(1e-6);
  });

  it('the slope along a random direction of all weights at once is gradient · direction', () => {
    const random = randomFrom(11);
    const directions = Object.entries(w).map(([name, { data }]) => ({
      data,
      gradient: gradients[name as WeightName]!.data,
      direction: Float64Array.from(uniform(data.length, 1, random)),
    }));
    const move = (by: number) => {
      for (const { data, direction } of directions)
        direction.forEach((d, at) => {
          data[at]! += by * d;
        });
    };
    move(step);
    const above = loss();
    move(-2 * step);
    const below = loss();
    move(step);
    const slope = directions.reduce(
      (sum, { gradient, direction }) => sum + direction.reduce((s, d, at) => s + d * gradient[at]!, 0),
      0,
    );
    expect(Math.abs((above - below) / (2 * step) - slope)).toBeLessThan(1e-6 * Math.abs(slope));
  });

  it('a row whose keep is 0 does not depend on the carried state; the others do', () => {
    const surprise = (state: typeof carried) =>
      lossAndGradients(config, w, window, shape, state).reading.surprise;
    const zero = { h: matrix(shape.batch, config.hidden), c: matrix(shape.batch, config.hidden) };
    const [kept, fromZero] = [surprise(carried), surprise(zero)];
    const T = shape.window;
    expect(kept.subarray(T, 2 * T)).toEqual(fromZero.subarray(T, 2 * T));
    for (const row of [0, 2])
      expect(kept.subarray(row * T, (row + 1) * T)).not.toEqual(fromZero.subarray(row * T, (row + 1) * T));
  });
});

describe('by hand', () => {
  const sigmoid = (z: number) => 1 / (1 + Math.exp(-z));
  const f32 = (...values: number[]) => Float32Array.from(values);
  const lstm = {
    embedding: f32(0.5, -1),
    'lstm.kernel': f32(0.25, -0.5, 0.75, 1),
    'lstm.recurrent': f32(-1, 0.5, 0.25, -0.75),
    'lstm.bias': f32(1, -0.25, 0.5, -0.5),
    'output.bias': f32(0.25, -0.5),
  };
  const size = { vocabulary: 2, embedding: 1, hidden: 1 };
  const models: readonly Model[] = [
    { config: { ...size, tied: false }, weights: { ...lstm, 'output.kernel': f32(2, -1) } },
    { config: { ...size, tied: true }, weights: { ...lstm, 'output.projection': f32(1.5) } },
  ];
  const window = {
    tokens: Int32Array.of(0, 1),
    targets: Int32Array.of(1, 0),
    keep: f32(0),
    inputMask: f32(2),
    outputMask: f32(0.5),
  };

  it.each(models)('one unit, two tokens, written out: $config', async ({ config, weights }) => {
    const c1 = sigmoid(-0.5 * 1 - 0.25) * Math.tanh(0.75 * 1 + 0.5);
    const h1 = sigmoid(1 * 1 - 0.5) * Math.tanh(c1);
    const c2 =
      sigmoid(0.25 * -2 - h1 + 1) * c1 +
      sigmoid(-0.5 * -2 + 0.5 * h1 - 0.25) * Math.tanh(0.75 * -2 + 0.25 * h1 + 0.5);
    const h2 = sigmoid(-2 - 0.75 * h1 - 0.5) * Math.tanh(c2);
    const logits = [h1, h2].flatMap((h) =>
      config.tied
        ? [0.5 * h * 1.5 * 0.5 + 0.25, 0.5 * h * 1.5 * -1 - 0.5]
        : [0.5 * h * 2 + 0.25, 0.5 * h * -1 - 0.5],
    );
    const surprise = (right: number, wrong: number) => Math.log(1 + Math.exp(wrong - right));
    const loss = (surprise(logits[1]!, logits[0]!) + surprise(logits[2]!, logits[3]!)) / 2;

    const shape = { batch: 1, window: 2 };
    const result = await referenceEngine.differentiate({ config, weights }, window, shape);
    expect(result.loss).toBeCloseTo(loss, 12);
    expect([...result.h, ...result.c]).toEqual([Math.fround(h2), Math.fround(c2)]);
    result.logits.forEach((logit, at) => {
      expect(logit).toBeCloseTo(logits[at]!, 6);
    });
  });

  it.each(models)('two steps of AdamW from their closed form: $config', async (model) => {
    const options: TrainingOptions = {
      batch: 1,
      window: 2,
      beta1: 0.9,
      beta2: 0.99,
      epsilon: 1e-3,
      clipNorm: 0.25,
      weightDecay: 0.5,
    };
    const learningRate = 0.1;
    await using session = await referenceEngine.train(model, options);
    const before = structuredClone(session.model);
    const d1 = await referenceEngine.differentiate(before, window, options);
    const all = Object.values(d1.gradients).flatMap((gradient) => [...gradient]);
    const { gradientNorm } = await session.step(window, learningRate);
    expect(gradientNorm).toBeCloseTo(norm(all), 6);
    expect(gradientNorm).toBeGreaterThan(options.clipNorm);
    const middle = structuredClone(session.model);
    const d2 = await referenceEngine.differentiate(middle, window, options);
    const second = await session.step(window, learningRate);

    const scales = [gradientNorm, second.gradientNorm].map((n) => Math.min(1, options.clipNorm / n));
    for (const [name, shape] of weightShapes(model.config)) {
      const decay = shape.length === 2 ? 0.5 : 0;
      before.weights[name]!.forEach((p0, at) => {
        const g1 = d1.gradients[name]![at]! * scales[0]!;
        const g2 = d2.gradients[name]![at]! * scales[1]!;
        // Bias correction turns the moments of step 1 into g and g² themselves, those of step 2 into means
        // weighted β : 1.
        const p1 = p0 - 0.1 * (g1 / (Math.abs(g1) + 1e-3) + decay * p0);
        const m2 = (0.9 * g1 + g2) / 1.9;
        const v2 = (0.99 * g1 ** 2 + g2 ** 2) / 1.99;
        const p2 = p1 - 0.1 * (m2 / (Math.sqrt(v2) + 1e-3) + decay * p1);
        expect(middle.weights[name]![at]).toBeCloseTo(p1, 5);
        expect(session.model.weights[name]![at]).toBeCloseTo(p2, 5);
      });
    }
  });
});
