import { describe, expect, it } from 'vitest';
import type { Engine } from '#engines';
import { engineChecks, type Tolerance } from '../contracts/engine.ts';
import { EIGHT_BITS, inEightBits, type OnnxDoor } from './in-eight-bits.ts';
import type { Fault } from './planted-faults/fault.ts';
import { type EngineOf, mutantOf } from './planted-faults/mutant.ts';
import { onnxFaults } from './planted-faults/onnx-faults.ts';
import { referenceFaults } from './planted-faults/reference-faults.ts';
import { servingFaults } from './planted-faults/serving-faults.ts';

const FLOAT32: Tolerance = {
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
  {
    name: 'the reference',
    folder: 'reference',
    engineOf: ({ referenceEngine }) => referenceEngine as Engine,
    tolerance: FLOAT32,
    faults: referenceFaults,
  },
  {
    name: 'onnx',
    folder: 'onnx',
    engineOf: ({ onnxEngine }) => onnxEngine as Engine,
    tolerance: FLOAT32,
    faults: onnxFaults,
  },
  {
    name: 'onnx in 8 bits',
    folder: 'onnx',
    engineOf: (door) => inEightBits(door as OnnxDoor),
    tolerance: EIGHT_BITS,
    faults: servingFaults,
  },
] satisfies readonly {
  readonly name: string;
  readonly folder: 'reference' | 'onnx';
  readonly engineOf: EngineOf;
  readonly tolerance: Tolerance;
  readonly faults: readonly Fault[];
}[];

describe.each(engines)('faults planted in $name', ({ folder, engineOf, tolerance, faults }) => {
  it('the copy without a fault passes every check that the faults name', async () => {
    await using mutant = await mutantOf(folder, engineOf, []);
    for (const name of new Set(faults.flatMap((fault) => fault.caughtBy)))
      await check(name).run(mutant.engine, tolerance);
  });

  it.each(faults.map(nameAndFault))('%s', async (_, { changes, caughtBy }) => {
    await using mutant = await mutantOf(folder, engineOf, changes);
    for (const name of caughtBy)
      await expect(check(name).run(mutant.engine, tolerance), name).rejects.toMatchObject({
        name: 'AssertionError',
      });
  });
});
