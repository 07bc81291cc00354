import { expect, it } from 'vitest';
import { initialise, type WeightName } from '#lstm';

const V = 50;
const E = 30;
const H = 40;
const extent = (values: Float32Array) => Math.max(...values.map(Math.abs));

it.each([
  [
    true,
    {
      embedding: Math.sqrt(3 / E),
      'lstm.kernel': 1 / Math.sqrt(E),
      'lstm.recurrent': 1 / Math.sqrt(H),
      'output.projection': Math.sqrt(3 / H),
    },
  ],
  [
    false,
    {
      embedding: 0.05,
      'lstm.kernel': Math.sqrt(6 / (E + 4 * H)),
      'lstm.recurrent': 1 / Math.sqrt(H),
      'output.kernel': Math.sqrt(6 / (H + V)),
    },
  ],
])('fills every matrix evenly up to its bound (tied: %s)', (tied, bounds) => {
  const { weights } = initialise({ vocabulary: V, embedding: E, hidden: H, tied }, 1);
  expect(Object.keys(weights).filter((name) => !name.endsWith('bias'))).toEqual(Object.keys(bounds));
  for (const [name, bound] of Object.entries(bounds)) {
    const values = weights[name as WeightName]!;
    expect(extent(values) / bound, name).toBeGreaterThan(0.97);
    expect(extent(values) / bound, name).toBeLessThanOrEqual(1 + 1e-6);
    const square = values.reduce((sum, value) => sum + value ** 2, 0) / values.length;
    // The variance of an even distribution within ±b is b²/3.
    expect(square / (bound ** 2 / 3), name).toBeCloseTo(1, 0);
  }
});

it('opens the forget gates and leaves the other biases at zero', () => {
  const { weights } = initialise({ vocabulary: V, embedding: E, hidden: H, tied: true }, 1);
  const bias = [...weights['lstm.bias']!];
  expect(bias.slice(0, H)).toEqual(Array(H).fill(1));
  expect(bias.slice(H)).toEqual(Array(3 * H).fill(0));
  expect(extent(weights['output.bias']!)).toBe(0);
});

it('is the same for the same seed, and another for another', () => {
  const config = { vocabulary: V, embedding: E, hidden: H, tied: true };
  expect(initialise(config, 3)).toEqual(initialise(config, 3));
  expect(initialise(config, 3).weights.embedding).not.toEqual(initialise(config, 4).weights.embedding);
});
