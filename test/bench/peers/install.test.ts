import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { installPeers } from '../../../bench/peers/install.ts';

/*
 * The programs that are called stand in a folder of the test, which is all that PATH holds: shell scripts that write
 * down their arguments. `python3 -m venv FOLDER` puts the second into FOLDER.
 */
let root: string;
let folder: string;
let log: string;
const { PATH } = process.env;

beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), 'xuxie-peers-'));
  folder = path.join(root, 'venv');
  log = path.join(root, 'log');
  mkdirSync(path.join(root, 'bin'));
  process.env.PATH = path.join(root, 'bin');
});
afterEach(() => {
  process.env.PATH = PATH;
  rmSync(root, { recursive: true });
});

function script(file: string, ...lines: string[]): void {
  writeFileSync(file, ['#!/bin/sh', `echo "$@" >> ${log}`, ...lines, ''].join('\n'));
  chmodSync(file, 0o755);
}

function fakes(pip: string[]): void {
  script(path.join(root, 'pip'), ...pip);
  const make = `/bin/mkdir -p ${folder}/bin && /bin/cp ${root}/pip ${folder}/bin/python`;
  script(path.join(root, 'bin', 'python3'), make);
}

const calls = () => readFileSync(log, 'utf8').trimEnd().split('\n');
const install = (heard: string[] = []) => installPeers(folder, (line) => heard.push(line));

test('an environment is made and filled once, by pinned versions, and used again', async () => {
  fakes(['echo Collecting torch']);
  const heard: string[] = [];
  expect(await install(heard)).toBe(path.join(folder, 'bin', 'python'));
  expect(heard.join('')).toContain('Collecting torch');
  expect(calls()[0]).toBe(`-m venv ${folder}`);
  const requirements = calls()[1]!.split(' ').at(-1)!;
  expect(calls()[1]).toContain('-m pip install');
  for (const line of readFileSync(requirements, 'utf8').trimEnd().split('\n'))
    expect(line).toMatch(/^[a-z-]+==[\d.]+$/);

  await install();
  expect(calls().length).toBe(2);
});

test('what was broken off or asks for other versions is filled again', async () => {
  fakes(['exit 0']);
  await install();
  writeFileSync(path.join(folder, 'installed.txt'), 'torch==1.0.0\n');
  await install();
  expect(calls().length).toBe(3);
  expect(calls().filter((call) => call.startsWith('-m venv')).length).toBe(1);
});

test('without python3 a sentence says so', async () => {
  await expect(install()).rejects.toMatchObject({ code: 'bench.no-python' });
});

test('without the module venv a sentence says so', async () => {
  script(path.join(root, 'bin', 'python3'), 'echo "ensurepip is not available" >&2', 'exit 1');
  await expect(install()).rejects.toMatchObject({
    code: 'bench.no-venv',
    params: { folder, words: 'ensurepip is not available' },
  });
});

test('without a network a sentence says so', async () => {
  const words = 'NewConnectionError: Failed to establish a new connection: Name or service not known';
  fakes([
    `echo "WARNING: Retrying after connection broken by '${words}'" >&2`,
    'echo ERROR: No matching distribution >&2',
    'exit 1',
  ]);
  await expect(install()).rejects.toMatchObject({ code: 'bench.no-network' });
});

test('what pip refuses is told in its last words, and the environment does not count as complete', async () => {
  fakes(['echo "ERROR: No space left on device" >&2', 'exit 1']);
  await expect(install()).rejects.toMatchObject({
    code: 'bench.pip-failed',
    params: { folder, words: 'ERROR: No space left on device' },
  });
  expect(existsSync(path.join(folder, 'installed.txt'))).toBe(false);
});
