import { describe, expect, it } from 'vitest';
import * as door from '#engines/onnx';
import { initialise, type ModelConfig, presets } from '#lstm';
import { engineContract } from '../contracts/engine.ts';
import { logitsById } from '../fakes/logits-by-id.ts';
import { EIGHT_BITS, inEightBits } from './in-eight-bits.ts';

/** A model of a preset's sizes whose gates are as wide awake as those of a trained one. */
function modelOf(preset: 'seed' | 'standard') {
  const config: ModelConfig = { ...presets[preset].model, vocabulary: 1237 };
  const model = initialise(config, 1);
  for (const weights of Object.values(model.weights)) for (const at of weights.keys()) weights[at]! *= 3;
  return model;
}

const ROWS = 64;
const READ = 45;
const DRAWN = 3;
const tokenAt = (text: number, at: number): number => (text * 97 + at * 31 + at * at) % 1237;
const tokensOf = (text: number, from: number, to: number): Int32Array =>
  Int32Array.from({ length: to - from }, (_, i) => tokenAt(text, from + i));
engineContract({ name: 'onnx in 8 bits', engine: inEightBits(door), tolerance: EIGHT_BITS });

engineContract({
  name: 'onnx in 7 bits, as on processors without VNNI',
  engine: inEightBits({
    ...door,
    openServing: (serving, options) => door.openServing(door.inSevenBits(serving), options),
  }),
  tolerance: { ...EIGHT_BITS, serving: 2 * EIGHT_BITS.serving },
});

describe('whether a processor sums 8-bit products exactly', () => {
  const sums = (add: (sum: number, product: number) => number) => async (input: Uint8Array, n: number) => {
    const width = input.length / n;
    return Float32Array.from(input, (_, at) => {
      const row = at - (at % width);
      let sum = 0;
      for (let k = row; k < row + width; k += 2) sum = add(sum, (input[k]! + input[k + 1]!) * 127);
      return sum;
    });
  };

  it('is found by sums that exceed 16 bits', async () => {
    expect(await door.areExact(sums((sum, pair) => sum + pair))).toBe(true);
    expect(await door.areExact(sums((sum, pair) => sum + Math.min(pair, 32767)))).toBe(false);
  });

  it('never matters to weights in 7 bits', async () => {
    const serving = await door.prepareForServing(modelOf('standard'), tokensOf(1, 0, 64));
    const { recurrent, output, projection } = door.inSevenBits(serving);
    for (const { values } of [recurrent, output, projection!]) {
      expect(values.every((w) => 2 * 255 * Math.abs(w) <= 32767)).toBe(true);
      expect(values.some((w) => Math.abs(w) === 64 || w === -63)).toBe(true);
    }
  });
});

/** Text `text` stands at another place in every order. */
const orders = [1, 37, 11].map((stride) => Array.from({ length: ROWS }, (_, at) => (at * stride + 5) % ROWS));

describe.each(['seed', 'standard'] as const)('a model of the sizes of %s', (preset) => {
  it('gives a row the same bits alone or among 64 at any place, on one thread or two, read at once, in pieces or one by one', async () => {
    const serving = await door.prepareForServing(modelOf(preset), tokensOf(1, 0, 500));
    await using one = await door.openServing(serving, { slots: ROWS, threads: 1 });
    await using two = await door.openServing(serving, { slots: ROWS, threads: 2 });

    const expected = [];
    for (let text = 0; text < ROWS; text++) {
      one.write(0, null);
      await one.prefill([{ slot: 0, tokens: tokensOf(text, 0, READ) }]);
      const logits = [];
      for (let at = READ; at < READ + DRAWN; at++) {
        logits.push(logitsById(await one.decode([0], tokensOf(text, at, at + 1)), 0));
      }
      expected.push({ logits, state: one.read(0) });
    }

    const readings = {
      atOnce: (session: typeof one, order: readonly number[]) =>
        session.prefill(order.map((text) => ({ slot: text, tokens: tokensOf(text, 0, READ) }))),
      async inPieces(session: typeof one, order: readonly number[]) {
        const cut = (text: number) => 1 + (text % (READ - 1));
        await session.prefill(order.map((text) => ({ slot: text, tokens: tokensOf(text, 0, cut(text)) })));
        await session.prefill(order.map((text) => ({ slot: text, tokens: tokensOf(text, cut(text), READ) })));
      },
      async oneByOne(session: typeof one, order: readonly number[]) {
        for (let at = 0; at < READ; at++)
          await session.decode(
            order,
            Int32Array.from(order, (text) => tokenAt(text, at)),
          );
      },
    };
    const wrong: string[] = [];
    for (const [threads, session] of [one, two].entries()) {
      for (const [name, read] of Object.entries(readings)) {
        for (const order of orders) {
          for (const text of order) session.write(text, null);
          await read(session, order);
          for (let step = 0; step < DRAWN; step++) {
            const logits = await session.decode(
              order,
              Int32Array.from(order, (text) => tokenAt(text, READ + step)),
            );
            for (const [row, text] of order.entries()) {
              const seen = Buffer.from(logitsById(logits, row).buffer);
              const alone = Buffer.from(expected[text]!.logits[step]!.buffer);
              if (!seen.equals(alone))
                wrong.push(`${threads + 1} threads, ${name}, text ${text}, step ${step}`);
            }
          }
          for (const text of order) expect(session.read(text)).toEqual(expected[text]!.state);
        }
      }
    }
    expect(wrong).toEqual([]);
  });
});
