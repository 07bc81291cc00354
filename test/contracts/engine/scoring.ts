import { expect } from 'vitest';
import type { Engine } from '#engines';
import { referenceEngine } from '#engines/reference';
import type { Model } from '#lstm';
import { logitsById } from '../../fakes/logits-by-id.ts';
import { CASES, SHAPE, tied, windowsOf } from './cases.ts';
import { type EngineCheck, expectClose } from './check.ts';
import { randomModel } from './random.ts';

/** Scores of the windows in order, one array. */
async function scores(engine: Engine, model: Model, count: number): Promise<readonly number[]> {
  await using session = await engine.score(model, SHAPE);
  const out: number[] = [];
  for (const window of windowsOf(model, count)) out.push(...(await session.score(window)));
  return out;
}

export const scoring: readonly EngineCheck[] = [
  ...CASES.map(
    ({ name, model }): EngineCheck => ({
      name: `score, ${name}: three windows, rows kept and not, as the reference`,
      async run(engine, tolerance) {
        const expected = await scores(referenceEngine, model, 3);
        expectClose('nats', await scores(engine, model, 3), expected, tolerance.logits);
      },
    }),
  ),
  ...CASES.map(
    ({ name, model }): EngineCheck => ({
      name: `score, ${name}: is the cross-entropy of decoding step by step`,
      async run(engine, tolerance) {
        const { batch: B, window: T } = SHAPE;
        const V = model.config.vocabulary;
        await using inference = await engine.open(model, { slots: B });
        const rows = Array.from({ length: B }, (_, row) => row);
        const nats: number[] = [];
        for (const { tokens, targets, keep } of windowsOf(model, 2)) {
          for (const row of rows) if (keep[row] === 0) inference.write(row, null);
          const here = new Float32Array(B * T);
          for (let t = 0; t < T; t++) {
            const logits = await inference.decode(
              rows,
              Int32Array.from(rows, (row) => tokens[row * T + t]!),
            );
            for (const row of rows) {
              const all = logitsById(logits, row).subarray(0, V);
              const sum = all.reduce((total, logit) => total + Math.exp(logit), 0);
              here[row * T + t] = Math.log(sum) - all[targets[row * T + t]!]!;
            }
          }
          nats.push(...here);
        }
        const scored = await scores(engine, model, 2);
        expectClose('nats', nats, scored, tolerance.logits + 2 * tolerance.serving);
      },
    }),
  ),
  {
    name: 'score: another model of the same sizes is read with its own weights, the next without it with the first',
    async run(engine, tolerance) {
      const other = randomModel(tied.model.config, 40);
      const [window] = windowsOf(tied.model, 1);
      const keep = new Float32Array(SHAPE.batch);
      const alone = async (model: Model) => {
        await using session = await engine.score(model, SHAPE);
        return await session.score({ ...window!, keep });
      };
      await using session = await engine.score(tied.model, SHAPE);
      expectClose(
        'other',
        await session.score({ ...window!, keep }, other),
        await alone(other),
        tolerance.logits,
      );
      expectClose(
        'own',
        await session.score({ ...window!, keep }),
        await alone(tied.model),
        tolerance.logits,
      );
      expect(await alone(other)).not.toEqual(await alone(tied.model));
    },
  },
];
