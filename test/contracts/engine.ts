import { describe, it } from 'vitest';
import type { Engine } from '#engines';
import type { EngineCheck, Tolerance } from './engine/check.ts';
import { differentiating } from './engine/differentiating.ts';
import { disposal } from './engine/disposal.ts';
import { inference } from './engine/inference.ts';
import { scoring } from './engine/scoring.ts';
import { training } from './engine/training.ts';

export type { EngineCheck, Tolerance } from './engine/check.ts';

/** Every promise of the port, as data: the tests of planted faults run them too. */
export const engineChecks: readonly EngineCheck[] = [
  ...differentiating,
  ...training,
  ...scoring,
  ...inference,
  ...disposal,
];

/**
 * Holds an engine to the port, measured by the reference. An engine that cannot keep a promise names it in
 * `skip` with the reason; such a check must fail, so that no weakness stays written down once it is mended.
 */
export function engineContract({
  name,
  engine,
  tolerance,
  skip = [],
}: {
  readonly name: string;
  readonly engine: Engine;
  readonly tolerance: Tolerance;
  readonly skip?: readonly { readonly reason: string; readonly tests: readonly string[] }[];
}): void {
  const known = new Set(engineChecks.map((check) => check.name));
  const reasons = new Map(skip.flatMap(({ reason, tests }) => tests.map((test) => [test, reason] as const)));
  for (const test of reasons.keys()) if (!known.has(test)) throw new Error(`no such check: ${test}`);

  describe(`${name} keeps the contract of engines`, () => {
    for (const check of engineChecks) {
      const reason = reasons.get(check.name);
      const run = () => check.run(engine, tolerance);
      if (reason === undefined) it(check.name, run);
      else it.fails(`${check.name} (not kept: ${reason})`, run);
    }
  });
}
