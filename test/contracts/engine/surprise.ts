import { expect } from 'vitest';
import type { ScoredRun } from '#engines';
import { referenceEngine } from '#engines/reference';
import { logSumExp, type Model } from '#lstm';
import { logitsById } from '../../fakes/logits-by-id.ts';
import { CASES, textOf, tied } from './cases.ts';
import { type EngineCheck, expectClose } from './check.ts';

/** Around the lengths of the graphs that read. */
const LENGTHS = [0, 1, 7, 33, 75];

/** A text of `length` tokens and the one behind it. */
function runOf(model: Model, length: number, slot = 0): ScoredRun {
  const text = textOf(model, length + 1, length);
  return { slot, tokens: text.subarray(0, length), next: text[length]! };
}

/** What reading tells about the surprise of a text, of sessions for writing. */
export const surprise: readonly EngineCheck[] = [
  ...CASES.flatMap(({ name, model }): EngineCheck[] => [
    {
      name: `open, ${name}: score as the reference`,
      async run(engine, tolerance) {
        await using actual = await engine.open(model, { slots: 1 });
        await using expected = await referenceEngine.open(model, { slots: 1 });
        for (const length of LENGTHS) {
          const run = runOf(model, length);
          const [[a], [b]] = [await actual.score([run]), await expected.score([run])];
          expectClose(`nats of ${length}`, a!, b!, tolerance.logits + 2 * tolerance.serving);
        }
      },
    },
    {
      name: `open, ${name}: score is the cross-entropy of decoding step by step`,
      async run(engine, tolerance) {
        await using session = await engine.open(model, { slots: 2 });
        for (const length of LENGTHS) {
          const run = runOf(model, length);
          const [scored] = await session.score([run]);
          const decoded: number[] = [];
          for (const [at, token] of run.tokens.entries()) {
            const logits = logitsById(await session.decode([1], Int32Array.of(token)), 0);
            const target = run.tokens[at + 1] ?? run.next;
            decoded.push(logSumExp(logits, 0, model.config.vocabulary) - logits[target]!);
          }
          expectClose(`nats of ${length}`, scored!, decoded, tolerance.logits + tolerance.regrouping);
        }
      },
    },
    {
      name: `open, ${name}: score ends in the state of prefill, bit for bit`,
      async run(engine) {
        await using session = await engine.open(model, { slots: 2 });
        for (const length of LENGTHS) {
          const { tokens, next } = runOf(model, length);
          await session.score([{ slot: 0, tokens, next }]);
          await session.prefill([{ slot: 1, tokens }]);
          expect(session.read(0), `${length} tokens`).toEqual(session.read(1));
        }
      },
    },
  ]),
  {
    name: 'open: runs of unequal lengths are scored side by side as each alone',
    async run(engine, tolerance) {
      const { model } = tied;
      const lengths = [33, 0, 70, 1, 8, 64, 32, 32, 40, 41, 42, 43];
      await using together = await engine.open(model, { slots: lengths.length });
      await using alone = await engine.open(model, { slots: lengths.length });
      const runs = lengths.map((length, slot) => runOf(model, length, slot));
      const all = await together.score(runs);
      for (const [at, run] of runs.entries()) {
        const [one] = await alone.score([run]);
        expectClose(`run ${at}`, all[at]!, one!, tolerance.regrouping);
        expectClose(`state ${at}`, together.read(at).h, alone.read(at).h, tolerance.regrouping);
      }
    },
  },
];
