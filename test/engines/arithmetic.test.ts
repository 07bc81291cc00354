import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { describeArithmetic, sumsExactly } from '#engines/onnx';

it('names the class of the processor and the very version of the runtime that is installed', async () => {
  const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8'));
  expect(await describeArithmetic()).toEqual({
    cpu: (await sumsExactly()) ? 'vnni' : '7-bit',
    runtime: `onnxruntime-node ${packages['node_modules/onnxruntime-node'].version}`,
  });
});
