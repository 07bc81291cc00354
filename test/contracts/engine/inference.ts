import { expect } from 'vitest';
import type { InferenceSession, State, TopK } from '#engines';
import { referenceEngine } from '#engines/reference';
import type { Model } from '#lstm';
import { CASES, large, textOf, tied, untied } from './cases.ts';
import { type EngineCheck, expectClose } from './check.ts';

/** All V logits of one row in the order of their ids. */
function logitsById(top: TopK, row: number): Float32Array {
  const out = new Float32Array(top.k).fill(Number.NaN);
  for (let at = row * top.k; at < (row + 1) * top.k; at++) out[top.ids[at]!] = top.logits[at]!;
  return out;
}

function expectSameState(what: string, actual: State, expected: State, tolerance: number): void {
  expectClose(`${what}: h`, actual.h, expected.h, tolerance);
  expectClose(`${what}: c`, actual.c, expected.c, tolerance);
}

const everything = ({ config }: Model, slots: number) => ({ slots, topK: config.vocabulary });

/** Lengths around those that an unrolled graph may have. */
const LENGTHS = [1, 2, 7, 16, 31, 64, 65, 130];

const perCase = CASES.flatMap(({ name, model }): EngineCheck[] => [
  {
    name: `open, ${name}: every logit, logSumExp and state of 20 decoded tokens as the reference`,
    async run(engine, tolerance) {
      await using actual = await engine.open(model, everything(model, 1));
      await using expected = await referenceEngine.open(model, everything(model, 1));
      for (const token of textOf(model, 20)) {
        const [a, b] = [
          await actual.decode([0], Int32Array.of(token)),
          await expected.decode([0], Int32Array.of(token)),
        ];
        expectClose('logits', logitsById(a, 0), logitsById(b, 0), tolerance.serving);
        expectClose('logSumExp', a.logSumExp, b.logSumExp, tolerance.serving);
      }
      expectSameState('state', actual.read(0), expected.read(0), tolerance.serving);
    },
  },
  {
    name: `open, ${name}: prefill of texts of many lengths as the reference`,
    async run(engine, tolerance) {
      await using actual = await engine.open(model, everything(model, 1));
      await using expected = await referenceEngine.open(model, everything(model, 1));
      for (const length of LENGTHS) {
        for (const session of [actual, expected]) {
          session.write(0, null);
          await session.prefill(0, textOf(model, length));
        }
        expectSameState(`${length} tokens`, actual.read(0), expected.read(0), tolerance.serving);
      }
    },
  },
  {
    name: `open, ${name}: prefill of a + b is prefill of a then of b, and reading token by token`,
    async run(engine, tolerance) {
      await using session = await engine.open(model, everything(model, 3));
      const text = textOf(model, 130);
      for (const cut of [1, 50, 64, 129]) {
        for (const slot of [0, 1, 2]) session.write(slot, null);
        await session.prefill(0, text);
        await session.prefill(1, text.subarray(0, cut));
        await session.prefill(1, text.subarray(cut));
        await session.prefill(2, text.subarray(0, cut));
        for (const token of text.subarray(cut)) await session.decode([2], Int32Array.of(token));
        expectSameState(`cut at ${cut}`, session.read(1), session.read(0), tolerance.regrouping);
        expectSameState(`decoded from ${cut}`, session.read(2), session.read(0), tolerance.regrouping);
      }
    },
  },
  {
    name: `open, ${name}: 64 slots at once, in any order, are each alone`,
    async run(engine, tolerance) {
      const slots = Array.from({ length: 64 }, (_, at) => (at * 37 + 5) % 64);
      await using together = await engine.open(model, everything(model, 64));
      await using alone = await engine.open(model, everything(model, 64));
      for (const session of [together, alone])
        for (const slot of slots) await session.prefill(slot, textOf(model, 1 + (slot % 5), slot));
      for (let t = 0; t < 3; t++) {
        const tokens = textOf(model, slots.length, 100 + t);
        const all = await together.decode(slots, tokens);
        for (const [row, slot] of slots.entries()) {
          const one = await alone.decode([slot], tokens.subarray(row, row + 1));
          expectClose(`slot ${slot}`, logitsById(all, row), logitsById(one, 0), tolerance.regrouping);
          expectClose('logSumExp', all.logSumExp.subarray(row, row + 1), one.logSumExp, tolerance.regrouping);
        }
      }
      for (const slot of slots)
        expectSameState(`slot ${slot}`, together.read(slot), alone.read(slot), tolerance.regrouping);
    },
  },
]);

const ofStates: readonly EngineCheck[] = [
  {
    name: 'open: a fresh slot is the zero state, and so is a slot after write(null)',
    async run(engine) {
      const { model } = untied;
      await using session = await engine.open(model, everything(model, 2));
      const zero = new Float32Array(model.config.hidden);
      expect(session.read(1)).toEqual({ h: zero, c: zero });
      await session.prefill(0, textOf(model, 10));
      session.write(0, null);
      expect(session.read(0)).toEqual({ h: zero, c: zero });
      const [cleared, fresh] = [await next(session, 0), await next(session, 1)];
      expect(cleared).toEqual(fresh);
    },
  },
  {
    name: 'open: a state that is read and written back, here or in another session, goes on bit for bit',
    async run(engine) {
      const { model } = untied;
      await using session = await engine.open(model, everything(model, 2));
      await using other = await engine.open(model, everything(model, 1));
      await session.prefill(0, textOf(model, 20));
      const saved = session.read(0);
      session.write(1, saved);
      other.write(0, saved);
      expect(session.read(1)).toEqual(saved);
      const expected = await next(session, 0);
      expect(await next(session, 1)).toEqual(expected);
      expect(await next(other, 0)).toEqual(expected);
      expect(other.read(0)).toEqual(session.read(0));
    },
  },
  {
    name: 'open: read and write copy; they share nothing with the slot',
    async run(engine) {
      const { model } = tied;
      await using session = await engine.open(model, everything(model, 1));
      await session.prefill(0, textOf(model, 20));
      const before = session.read(0);
      const copy = structuredClone(before);
      await next(session, 0);
      expect(before).toEqual(copy);
      session.write(0, before);
      before.h.fill(0.5);
      before.c.fill(0.5);
      expect(session.read(0)).toEqual(copy);
    },
  },
  {
    name: 'open: reading in one slot leaves the others alone, and reading nothing leaves its own',
    async run(engine) {
      const { model } = tied;
      await using session = await engine.open(model, everything(model, 4));
      for (const slot of [0, 1, 2, 3]) await session.prefill(slot, textOf(model, 10, slot));
      const before = [0, 1, 2, 3].map((slot) => session.read(slot));
      await session.decode([1], Int32Array.of(5));
      await session.prefill(2, textOf(model, 70));
      await session.prefill(3, new Int32Array(0));
      for (const slot of [0, 3]) expect(session.read(slot)).toEqual(before[slot]);
      for (const slot of [1, 2]) expect(session.read(slot)).not.toEqual(before[slot]);
    },
  },
];

const ofThreads: EngineCheck = {
  name: 'open: one thread or two give the same',
  async run(engine, tolerance) {
    const { model } = large;
    await using one = await engine.open(model, { ...everything(model, 64), threads: 1 });
    await using two = await engine.open(model, { ...everything(model, 64), threads: 2 });
    const slots = Array.from({ length: 64 }, (_, slot) => slot);
    for (const session of [one, two]) await session.prefill(0, textOf(model, 70));
    expectSameState('prefill', one.read(0), two.read(0), tolerance.regrouping);
    const [a, b] = [await one.decode(slots, textOf(model, 64)), await two.decode(slots, textOf(model, 64))];
    for (const row of slots)
      expectClose(`row ${row}`, logitsById(a, row), logitsById(b, row), tolerance.regrouping);
  },
};

const next = (session: InferenceSession, slot: number): Promise<TopK> =>
  session.decode([slot], Int32Array.of(3));

const ofCandidates: readonly EngineCheck[] = [
  ...[untied, tied].flatMap(({ name, model }) =>
    [1, 10, model.config.vocabulary].map(
      (topK): EngineCheck => ({
        name: `open, ${name}: top ${topK === 97 ? 'V' : topK}: sorted, no id twice, the head of all, logSumExp over all`,
        async run(engine, tolerance) {
          const V = model.config.vocabulary;
          const rows = [0, 1, 2];
          await using some = await engine.open(model, { slots: 3, topK });
          await using all = await engine.open(model, { slots: 3, topK: V });
          const tokens = textOf(model, rows.length);
          const [top, whole] = [await some.decode(rows, tokens), await all.decode(rows, tokens)];
          expect([top.k, top.ids.length, top.logits.length]).toEqual([topK, 3 * topK, 3 * topK]);
          for (const row of rows) {
            const [from, to] = [row * topK, (row + 1) * topK];
            const [ids, logits] = [top.ids.slice(from, to), top.logits.slice(from, to)];
            expect(new Set(ids).size).toBe(topK);
            for (let at = 1; at < topK; at++) expect(logits[at]!).toBeLessThanOrEqual(logits[at - 1]!);
            expect(ids).toEqual(whole.ids.slice(row * V, row * V + topK));
            expect(logits).toEqual(whole.logits.slice(row * V, row * V + topK));
            const sum = whole.logits
              .slice(row * V, (row + 1) * V)
              .reduce((s, logit) => s + Math.exp(logit), 0);
            expectClose(
              'logSumExp',
              [top.logSumExp[row]!],
              [Math.log(sum)],
              Math.max(1e-5, tolerance.regrouping),
            );
          }
        },
      }),
    ),
  ),
  ...[untied, tied].map(
    ({ name, model }): EngineCheck => ({
      name: `open, ${name}: on equal logits the smaller id comes first`,
      async run(engine) {
        const { vocabulary: V } = model.config;
        const bias = Float32Array.from({ length: V }, (_, id) => id % 5);
        const matrix = model.config.tied ? 'output.projection' : 'output.kernel';
        const zeros = new Float32Array(model.weights[matrix]!.length);
        const weights = { ...model.weights, 'output.bias': bias, [matrix]: zeros };
        const expected = Array.from(bias.keys()).sort((a, b) => bias[b]! - bias[a]! || a - b);
        for (const topK of [3, 40, V]) {
          await using session = await engine.open({ config: model.config, weights }, { slots: 1, topK });
          const { ids, logits } = await next(session, 0);
          expect([...ids]).toEqual(expected.slice(0, topK));
          expect([...logits]).toEqual(expected.slice(0, topK).map((id) => bias[id]));
        }
      },
    }),
  ),
];

export const inference: readonly EngineCheck[] = [...perCase, ...ofStates, ofThreads, ...ofCandidates];
