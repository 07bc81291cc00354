import { expect } from 'vitest';
import type { InferenceSession, Logits, State } from '#engines';
import { referenceEngine } from '#engines/reference';
import { blocksOf, LOGIT_BLOCK, type Model } from '#lstm';
import { Random } from '#random';
import { logitsById } from '../../fakes/logits-by-id.ts';
import { CASES, large, textOf, tied, untied } from './cases.ts';
import { type EngineCheck, expectClose } from './check.ts';
import { surprise } from './surprise.ts';

/** The V logits of one row, of all blocks. */
const logitsOf = (logits: Logits, { config }: Model, row: number): Float32Array =>
  logitsById(logits, row).slice(0, config.vocabulary);

function expectSameState(what: string, actual: State, expected: State, tolerance: number): void {
  expectClose(`${what}: h`, actual.h, expected.h, tolerance);
  expectClose(`${what}: c`, actual.c, expected.c, tolerance);
}

/** Lengths around those that an unrolled graph may have. */
const LENGTHS = [1, 2, 7, 16, 31, 64, 65, 130];

const perCase = CASES.flatMap(({ name, model }): EngineCheck[] => [
  {
    name: `open, ${name}: every logit and state of 20 decoded tokens as the reference`,
    async run(engine, tolerance) {
      await using actual = await engine.open(model, { slots: 1 });
      await using expected = await referenceEngine.open(model, { slots: 1 });
      for (const token of textOf(model, 20)) {
        const [a, b] = [
          await actual.decode([0], Int32Array.of(token)),
          await expected.decode([0], Int32Array.of(token)),
        ];
        expectClose('logits', logitsOf(a, model, 0), logitsOf(b, model, 0), tolerance.serving);
      }
      expectSameState('state', actual.read(0), expected.read(0), tolerance.serving);
    },
  },
  {
    name: `open, ${name}: prefill of texts of many lengths as the reference`,
    async run(engine, tolerance) {
      await using actual = await engine.open(model, { slots: 1 });
      await using expected = await referenceEngine.open(model, { slots: 1 });
      for (const length of LENGTHS) {
        for (const session of [actual, expected]) {
          session.write(0, null);
          await session.prefill([{ slot: 0, tokens: textOf(model, length) }]);
        }
        expectSameState(`${length} tokens`, actual.read(0), expected.read(0), tolerance.serving);
      }
    },
  },
  {
    name: `open, ${name}: prefill of a + b is prefill of a then of b, and reading token by token`,
    async run(engine, tolerance) {
      await using session = await engine.open(model, { slots: 3 });
      const text = textOf(model, 130);
      for (const cut of [1, 50, 64, 129]) {
        for (const slot of [0, 1, 2]) session.write(slot, null);
        await session.prefill([{ slot: 0, tokens: text }]);
        await session.prefill([{ slot: 1, tokens: text.subarray(0, cut) }]);
        await session.prefill([{ slot: 1, tokens: text.subarray(cut) }]);
        await session.prefill([{ slot: 2, tokens: text.subarray(0, cut) }]);
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
      await using together = await engine.open(model, { slots: 64 });
      await using alone = await engine.open(model, { slots: 64 });
      for (const session of [together, alone])
        for (const slot of slots)
          await session.prefill([{ slot: slot, tokens: textOf(model, 1 + (slot % 5), slot) }]);
      for (let t = 0; t < 3; t++) {
        const tokens = textOf(model, slots.length, 100 + t);
        const all = await together.decode(slots, tokens);
        for (const [row, slot] of slots.entries()) {
          const one = await alone.decode([slot], tokens.subarray(row, row + 1));
          expectClose(
            `slot ${slot}`,
            logitsOf(all, model, row),
            logitsOf(one, model, 0),
            tolerance.regrouping,
          );
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
      await using session = await engine.open(model, { slots: 2 });
      const zero = new Float32Array(model.config.hidden);
      expect(session.read(1)).toEqual({ h: zero, c: zero });
      await session.prefill([{ slot: 0, tokens: textOf(model, 10) }]);
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
      await using session = await engine.open(model, { slots: 2 });
      await using other = await engine.open(model, { slots: 1 });
      await session.prefill([{ slot: 0, tokens: textOf(model, 20) }]);
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
      await using session = await engine.open(model, { slots: 1 });
      await session.prefill([{ slot: 0, tokens: textOf(model, 20) }]);
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
      await using session = await engine.open(model, { slots: 4 });
      for (const slot of [0, 1, 2, 3])
        await session.prefill([{ slot: slot, tokens: textOf(model, 10, slot) }]);
      const before = [0, 1, 2, 3].map((slot) => session.read(slot));
      await session.decode([1], Int32Array.of(5));
      await session.prefill([{ slot: 2, tokens: textOf(model, 70) }]);
      await session.prefill([{ slot: 3, tokens: new Int32Array(0) }]);
      for (const slot of [0, 3]) expect(session.read(slot)).toEqual(before[slot]);
      for (const slot of [1, 2]) expect(session.read(slot)).not.toEqual(before[slot]);
    },
  },
];

const ofThreads: EngineCheck = {
  name: 'open: one thread or two give the same',
  async run(engine, tolerance) {
    const { model } = large;
    await using one = await engine.open(model, { slots: 64, threads: 1 });
    await using two = await engine.open(model, { slots: 64, threads: 2 });
    const slots = Array.from({ length: 64 }, (_, slot) => slot);
    for (const session of [one, two]) await session.prefill([{ slot: 0, tokens: textOf(model, 70) }]);
    expectSameState('prefill', one.read(0), two.read(0), tolerance.regrouping);
    const [a, b] = [await one.decode(slots, textOf(model, 64)), await two.decode(slots, textOf(model, 64))];
    for (const row of slots)
      expectClose(`row ${row}`, logitsOf(a, model, row), logitsOf(b, model, row), tolerance.regrouping);
  },
};

/** The logits behind one more token, as a copy. */
const next = async (session: InferenceSession, slot: number): Promise<Float32Array> =>
  logitsById(await session.decode([slot], Int32Array.of(3)), 0);

const ofCompany: readonly EngineCheck[] = [
  {
    name: 'open: runs of unequal lengths are read side by side as each alone',
    async run(engine, tolerance) {
      const { model } = tied;
      await using together = await engine.open(model, { slots: 6 });
      await using alone = await engine.open(model, { slots: 6 });
      const runs = [33, 0, 70, 1, 8, 64].map((length, at) => ({
        slot: 5 - at,
        tokens: textOf(model, length, at),
      }));
      await together.prefill(runs);
      for (const run of runs) await alone.prefill([run]);
      for (const { slot } of runs)
        expectSameState(`slot ${slot}`, together.read(slot), alone.read(slot), tolerance.regrouping);
    },
  },
  {
    name: 'open: slots that come, go, are read, written and filled between steps go on as each alone',
    async run(engine, tolerance) {
      const { model } = untied;
      const random = Random.seeded(3);
      const SLOTS = 5;
      await using together = await engine.open(model, { slots: SLOTS });
      const alone = await Promise.all(Array.from({ length: SLOTS }, () => engine.open(model, { slots: 1 })));
      await using _closed = {
        [Symbol.asyncDispose]: async () => {
          for (const session of alone) await session[Symbol.asyncDispose]();
        },
      };
      let batch = [0, 1, 2];
      for (let step = 0; step < 60; step++) {
        const slot = random.below(SLOTS);
        const act = random.below(6);
        if (act === 0)
          batch = Array.from({ length: SLOTS }, (_, at) => (at * 2 + step) % SLOTS).slice(0, 1 + slot);
        if (act === 1) {
          const state = random.below(2) === 0 ? null : together.read(random.below(SLOTS));
          together.write(slot, state);
          alone[slot]!.write(0, state);
        }
        if (act === 2) {
          const tokens = textOf(model, 1 + random.below(40), step);
          await together.prefill([{ slot, tokens }]);
          await alone[slot]!.prefill([{ slot: 0, tokens }]);
        }
        expectSameState(`step ${step}`, together.read(slot), alone[slot]!.read(0), tolerance.regrouping);
        const tokens = textOf(model, batch.length, step);
        const all = await together.decode(batch, tokens);
        for (const [row, one] of batch.entries()) {
          const single = await alone[one]!.decode([0], tokens.subarray(row, row + 1));
          expectClose(
            `step ${step}`,
            logitsOf(all, model, row),
            logitsOf(single, model, 0),
            tolerance.regrouping,
          );
        }
      }
    },
  },
];

const ofLogits = CASES.flatMap(({ name, model }): EngineCheck[] => {
  const { vocabulary: V } = model.config;
  const all = blocksOf(model.config);
  return [1, 3, all].map((count) => ({
    name: `open, ${name}: ${count === all ? 'all' : count} blocks, the best first, padded with −∞`,
    async run(engine) {
      await using some = await engine.open(model, { slots: 3, blocks: count });
      await using whole = await engine.open(model, { slots: 3 });
      const rows = [2, 0, 1];
      const tokens = textOf(model, 3);
      const [best, every] = [await some.decode(rows, tokens), await whole.decode(rows, tokens)];
      expect([best.count, every.count]).toEqual([count, all]);
      expect([best.blocks.length, best.values.length]).toEqual([3 * count, 3 * count * LOGIT_BLOCK]);
      for (const row of rows) {
        const byId = logitsById(every, row);
        expect(byId.indexOf(Number.NEGATIVE_INFINITY)).toBe(V % LOGIT_BLOCK ? V : -1);
        expect(byId.slice(0, V).every(Number.isFinite)).toBe(true);
        const block = (b: number) => byId.slice(b * LOGIT_BLOCK, (b + 1) * LOGIT_BLOCK);
        const largest = Array.from({ length: all }, (_, b) => Math.max(...block(b)));
        const order = [...largest.keys()].sort((a, b) => largest[b]! - largest[a]! || a - b);
        expect([...best.blocks.slice(row * count, (row + 1) * count)]).toEqual(order.slice(0, count));
        const from = row * count * LOGIT_BLOCK;
        expect([...best.values.slice(from, from + count * LOGIT_BLOCK)]).toEqual(
          order.slice(0, count).flatMap((b) => [...block(b)]),
        );
      }
    },
  }));
});

const ofTies: EngineCheck = {
  name: 'open: of blocks that are level the one with the smaller number comes first',
  async run(engine) {
    const { model } = untied;
    const bias = Float32Array.from(
      { length: model.config.vocabulary },
      (_, id) => Math.floor(id / LOGIT_BLOCK) % 2,
    );
    const zeros = new Float32Array(model.weights['output.kernel']!.length);
    const weights = { ...model.weights, 'output.bias': bias, 'output.kernel': zeros };
    await using session = await engine.open({ config: model.config, weights }, { slots: 1 });
    const { blocks } = await session.decode([0], Int32Array.of(3));
    expect([...blocks]).toEqual([1, 3, 5, 0, 2, 4, 6]);
  },
};

export const inference: readonly EngineCheck[] = [
  ofTies,
  ...perCase,
  ...ofStates,
  ofThreads,
  ...ofCompany,
  ...ofLogits,
  ...surprise,
];
