import { describe, expect, it } from 'vitest';
import { engineChecks, type Tolerance } from '../contracts/engine.ts';
import type { Fault } from './planted-faults/fault.ts';
import { mutantOf } from './planted-faults/mutant.ts';
import { onnxFaults } from './planted-faults/onnx-faults.ts';
import { referenceFaults } from './planted-faults/reference-faults.ts';

/** As wide as the widest engine is held to. */
const TOLERANCE: Tolerance = {
  logits: 1e-4,
  gradients: 1e-3,
  training: 1e-3,
  serving: 1e-4,
  regrouping: 1e-5,
};

const check = (name: string) =>
  engineChecks.find((one) => one.name === name) ?? expect.fail(`no check: ${name}`);

const nameAndFault = (fault: Fault) => [fault.name, fault] as const;

const engines = [
  { folder: 'reference', exported: 'referenceEngine', faults: referenceFaults },
  { folder: 'onnx', exported: 'onnxEngine', faults: onnxFaults },
] as const;

describe.each(engines)('faults planted in $folder', ({ folder, exported, faults }) => {
  it('the copy without a fault passes every check that the faults name', async () => {
    await using mutant = await mutantOf(folder, exported, []);
    for (const name of new Set(faults.flatMap((fault) => fault.caughtBy)))
      await check(name).run(mutant.engine, TOLERANCE);
  });

  it.each(faults.map(nameAndFault))('%s', async (_, { changes, caughtBy }) => {
    await using mutant = await mutantOf(folder, exported, changes);
    for (const name of caughtBy)
      await expect(check(name).run(mutant.engine, TOLERANCE), name).rejects.toMatchObject({
        name: 'AssertionError',
      });
  });
});
