import { expect, test } from 'vitest';
import { machine } from '../../bench/machine.ts';

test.each([
  [
    'flags\t\t: fpu avx2 fma avx512f avx512_vnni avx512_bf16',
    true,
    true,
    'avx2 fma avx512f avx512_vnni avx512_bf16',
  ],
  ['flags\t\t: fpu avx2 fma avx_vnni', true, false, 'avx2 fma avx_vnni'],
  ['flags\t\t: fpu sse4_2', false, false, 'unknown'],
  ['Features\t: fp asimd asimddp i8mm bf16', true, true, 'asimddp i8mm bf16'],
  ['', null, null, 'unknown'],
])('%j: what the processor can do', (cpuinfo, vnni, bf16, instructions) => {
  expect(machine(cpuinfo)).toMatchObject({ vnni, bf16, instructions });
});

test('versions and the commit are named', () => {
  const { node, onnxruntime, commit, cores } = machine();
  expect(node).toBe(process.versions.node);
  expect(onnxruntime).toMatch(/^\d+\.\d+\.\d+$/);
  expect(commit).toMatch(/^([0-9a-f]{7,}( with changes)?|unknown)$/);
  expect(cores).toBeGreaterThan(0);
});
