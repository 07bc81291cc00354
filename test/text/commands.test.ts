import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { makeFile, SENTENCES } from './made-novel.ts';

const run = (script: string, args: readonly string[], env: NodeJS.ProcessEnv = {}) =>
  spawnSync(process.execPath, [`scripts/${script}.ts`, ...args], {
    encoding: 'utf8',
    env: { ...process.env, XUXIE_LOCALE: 'en', ...env },
  });
const file = () => makeFile('lions.txt', `第一章 桥头\n\n${SENTENCES.join('\n')}\n求月票！\n`);

describe('npm run text', () => {
  it('prints the report and writes the cleaned text where it is told to', () => {
    const from = file();
    const output = join(dirname(from), 'out', 'clean.txt');
    const { stdout, stderr, status } = run('text', [from, '--output', output, '--convert', 'traditional']);
    expect({ stderr, status }).toEqual({ stderr: '', status: 0 });
    expect(stdout).toMatch(
      /Chapters: 1\n {2}1\. 第一章　橋頭[\s\S]*advertisements: 1 \(4 characters\)\n {6}line 15: 求月票！/,
    );
    expect(readFileSync(output, 'utf8')).toMatch(/^第一章　橋頭\n那天傍晚，老船.把燈/);
  });

  it('prints one JSON object', () => {
    const { stdout } = run('text', [file(), '--json']);
    expect(JSON.parse(stdout)).toMatchObject({
      title: 'lions',
      encoding: { name: 'utf-8' },
      chapters: [{ title: '第一章　桥头', start: 0 }],
      report: { removed: { advertisement: { count: 1 } } },
    });
  });

  it('answers a bad file and a bad flag with one sentence', () => {
    expect(run('text', ['/nowhere.txt'])).toMatchObject({
      status: 1,
      stderr: expect.stringMatching(/^There is no file .*\n$/),
    });
    expect(run('text', ['--outptu', 'x'])).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('--output'),
    });
    expect(run('text', [])).toMatchObject({ status: 2, stderr: expect.stringContaining('FILE') });
  });
});

describe('npm run novel', () => {
  it('adds, lists, and does not replace unasked', () => {
    const from = file();
    const env = { XUXIE_DATA: join(dirname(from), 'data') };
    expect(run('novel', ['list'], env).stdout).toMatch(/No novel is here yet/);
    const path = join(env.XUXIE_DATA, 'novels', 'lions.txt');
    expect(run('novel', ['add', from], env).stdout).toContain(`npm run train -- --novel ${path}`);
    expect(readFileSync(path, 'utf8')).toContain(SENTENCES[0]);
    expect(run('novel', ['list'], env).stdout).toMatch(/^lions: lions, \d+ characters, 1 chapter\n$/);
    expect(run('novel', ['add', from], env)).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('--force'),
    });
    expect(run('novel', ['add', from, '--force'], env).status).toBe(0);
    expect(run('novel', ['remove', from], env)).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('add and list'),
    });
    expect(run('novel', [], env)).toMatchObject({
      status: 2,
      stderr: expect.stringMatching(/^Say what novel is to do: .*add FILE.*list/),
    });
  });
});
