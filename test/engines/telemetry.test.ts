import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, it, onTestFinished } from 'vitest';

const program = `
  import { onnxEngine } from '#engines/onnx';
  import { initialise } from '#lstm';
  const model = initialise({ vocabulary: 9, embedding: 2, hidden: 3, tied: true }, 1);
  await using session = await onnxEngine.open(model, { slots: 1 });
  await session.decode([0], Int32Array.of(1));
`;

it('neither reports to the maker of the runtime nor leaves an identifier in the home folder', () => {
  const home = mkdtempSync(path.join(tmpdir(), 'xuxie-home-'));
  onTestFinished(() => rmSync(home, { recursive: true }));
  // Nothing of the surroundings that would silence the runtime by itself, such as CI.
  const env = { PATH: process.env.PATH, HOME: home };
  const cwd = path.join(import.meta.dirname, '..', '..');
  const { status, stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', program], {
    env,
    cwd,
    encoding: 'utf8',
  });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(readdirSync(home, { recursive: true })).toEqual([]);
});
