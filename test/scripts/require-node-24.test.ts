import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';

const root = path.join(import.meta.dirname, '..', '..');
const guard = path.join('scripts', 'require-node-24.mjs');

/** Starts a program behind the guard as npm does, in the project of `home`. */
function start(home: string, before: readonly string[] = []) {
  const guarded = ['--import', pathToFileURL(path.join(home, guard)).href];
  const argv = [...before, ...guarded, '--eval', 'console.log("started")'];
  const { status, stdout, stderr } = spawnSync(process.execPath, argv, { encoding: 'utf8' });
  return { status, stdout, stderr };
}

it('lets a program start where all is there', () => {
  expect(start(root)).toEqual({ status: 0, stdout: 'started\n', stderr: '' });
});

it('says what to do where the packages are not installed', () => {
  const bare = mkdtempSync(path.join(tmpdir(), 'xuxie-bare-'));
  onTestFinished(() => rmSync(bare, { recursive: true }));
  mkdirSync(path.join(bare, 'scripts'));
  for (const file of ['package.json', guard]) copyFileSync(path.join(root, file), path.join(bare, file));
  const { status, stdout, stderr } = start(bare);
  expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
  expect(stderr).toMatch(/^xuxie needs packages that are not installed \(.+\)\.\nRun "npm ci" .*\n$/);
});

it('says what to do under an older Node', () => {
  const older = 'Object.defineProperty(process, "versions", { value: { node: "20.1.0" } })';
  const { status, stderr } = start(root, ['--import', `data:text/javascript,${encodeURIComponent(older)}`]);
  expect(status).toBe(1);
  expect(stderr).toMatch(/^xuxie needs Node 24 or newer; this is Node 20\.1\.0\.\n/);
});
