import { spawn } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeCheckpoint } from '#lstm';
import { madeModel } from '../fakes/made-model.ts';

const root = path.join(import.meta.dirname, '..', '..');
let folder = '';
const model = () => path.join(folder, 'made.safetensors');
const novel = () => path.join(folder, 'novel.txt');

/** Sixty lines: 孙悟空听了 and eight characters that the made model does not know, 。 among them. */
function novelText(): string {
  const line = (i: number) => {
    const strange = Array.from({ length: 7 }, (_, k) => String.fromCodePoint(0x5200 + i * 7 + k));
    return `孙悟空听了${strange.join('')}。\n`;
  };
  return Array.from({ length: 60 }, (_, i) => line(i)).join('');
}

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'xuxie-doors-'));
  writeCheckpoint(model(), madeModel('孙悟空听了，大笑道：“去也！”\n'));
  writeFileSync(novel(), novelText());
});
afterAll(() => rmSync(folder, { recursive: true }));

type Outcome = { readonly code: number | null; readonly out: string; readonly err: string };

/** Runs a door as npm does; `input` is piped in. `hangUpAfter`: closes the pipe behind so many bytes. */
function door(
  script: string,
  argv: readonly string[] = [],
  settings: { input?: string; locale?: string; hangUpAfter?: number } = {},
): Promise<Outcome> {
  const { input = '', locale = 'en', hangUpAfter = Infinity } = settings;
  const data = path.join(folder, 'data');
  const env = { PATH: process.env.PATH, XUXIE_LOCALE: locale, XUXIE_MODEL: model(), XUXIE_DATA: data };
  const child = spawn(process.execPath, [path.join(root, script), ...argv], { env });
  child.stdin.end(input);
  let out = '';
  let err = '';
  child.stdout.setEncoding('utf8').on('data', (text) => {
    out += text;
    if (out.length >= hangUpAfter) child.stdout.destroy();
  });
  child.stderr.setEncoding('utf8').on('data', (text) => {
    err += text;
  });
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, out, err })));
}

describe.each(['sample', 'summary', 'evaluate', 'chat'])('%s', (name) => {
  it.each(['en', 'zh-Hans', 'zh-Hant'])('explains itself in %s', async (locale) => {
    const { code, out, err } = await door(`scripts/${name}.ts`, ['--help'], { locale });
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toContain(`npm run ${name}`);
    expect(out).toContain('--model');
    expect(out).not.toContain(root);
  });

  it('refuses a flag it does not know', async () => {
    const { code, out, err } = await door(`scripts/${name}.ts`, ['--modle', 'x']);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toMatch(/^There is no flag --modle\. Did you mean --model\?.*\n$/);
  });

  it('says so when there is no model', async () => {
    const missing = path.join(folder, 'missing');
    const { code, out, err } = await door(`scripts/${name}.ts`, [
      '--model',
      missing,
      ...(name === 'evaluate' ? ['--text', novel()] : []),
    ]);
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toContain(missing);
    expect(err).not.toContain('XUXIE_DEBUG');
  });
});

describe('sample', () => {
  const flags = ['--prompt', '孙悟空', '--length', '60', '--temperature', '0.7'];

  it('prints the story and nothing else, the same for the same seed', async () => {
    const first = await door('scripts/sample.ts', [...flags, '--seed', '7']);
    const again = await door('scripts/sample.ts', [...flags, '--seed', '7']);
    const other = await door('scripts/sample.ts', [...flags, '--seed', '8']);
    expect(first).toMatchObject({ code: 0, err: '' });
    expect(first.out).toMatch(/^孙悟空.{45,110}\n$/su);
    expect(again.out).toBe(first.out);
    expect(other.out).not.toBe(first.out);
  });

  it('heeds the other settings', async () => {
    const seeds = await Promise.all(
      ['1', '2'].map((seed) => door('scripts/sample.ts', [...flags, '--top-k', '1', '--seed', seed])),
    );
    expect(seeds[0]!.out).toBe(seeds[1]!.out);
    const plain = (await door('scripts/sample.ts', flags)).out;
    const banned = [...new Set(plain.slice(3).match(/\p{Script=Han}/gu))].slice(0, 20);
    const { out } = await door('scripts/sample.ts', [...flags, '--ban', banned.join('，')]);
    expect(banned.filter((c) => out.slice(3).includes(c))).toEqual([]);
    expect(await door('scripts/sample.ts', [...flags, '--ban', '孙'.repeat(41)])).toMatchObject({ code: 1 });
  });

  it('answers a traditional prompt in traditional characters', async () => {
    const { out } = await door('scripts/sample.ts', ['--prompt', '孫悟空', '--seed', '7']);
    expect(out).toMatch(/^孫悟空/);
    expect(out).not.toMatch(/[孙听“”]/);
  });

  it('says so when its output goes to a full disk', async () => {
    const full = openSync('/dev/full', 'w');
    const env = { PATH: process.env.PATH, XUXIE_LOCALE: 'en', XUXIE_MODEL: model() };
    const child = spawn(process.execPath, [path.join(root, 'scripts/sample.ts'), ...flags], {
      env,
      stdio: ['ignore', full, 'pipe'],
    });
    let err = '';
    child.stderr!.setEncoding('utf8').on('data', (text) => {
      err += text;
    });
    const code = await new Promise((resolve) => child.on('close', resolve));
    closeSync(full);
    expect(code).toBe(1);
    expect(err).toMatch(/^What was to be printed could not be written \(ENOSPC\)\..*\n$/);
  });

  it('is quiet when its reader hangs up', async () => {
    const { code, err } = await door('scripts/sample.ts', ['--length', '4000'], { hangUpAfter: 1 });
    expect({ code, err }).toEqual({ code: 0, err: '' });
  });
});

describe('summary', () => {
  it('counts the parameters of the note’s model layer by layer', async () => {
    const { out } = await door('scripts/summary.ts', ['--preset', 'seed', '--vocabulary', '4709']);
    const rows = out
      .trim()
      .split('\n')
      .map((row) => row.split(/ {2,}/));
    expect(rows.slice(1)).toEqual([
      ['embedding (Embedding)', '(B, T, 512)', '2,411,008'],
      ['lstm (LSTM)', '(B, T, 1024)', '6,295,552'],
      ['dense (Dense)', '(B, T, 4709)', '4,826,725'],
      ['Total', '13,533,285'],
    ]);
  });

  it('counts those of a checkpoint, tied output and all', async () => {
    const { out } = await door('scripts/summary.ts');
    const { config, weights } = madeModel('孙悟空听了，大笑道：“去也！”\n');
    const counts = [...out.matchAll(/([\d,]+)$/gm)].map(([, digits]) => Number(digits!.replaceAll(',', '')));
    const total = Object.values(weights).reduce((sum, tensor) => sum + tensor.length, 0);
    const { vocabulary: V, embedding: E, hidden: H } = config;
    expect(counts).toEqual([V * E, 4 * H * (E + H + 1), H * E, V, total]);
  });

  it('wants a vocabulary with a preset, and not a model too', async () => {
    expect(await door('scripts/summary.ts', ['--preset', 'seed'])).toMatchObject({
      code: 2,
      err: expect.stringContaining('--vocabulary'),
    });
    expect((await door('scripts/summary.ts', ['--preset', 'seed', '--model', model()])).code).toBe(2);
  });
});

describe('start', () => {
  it('tells a story to a pipe', async () => {
    const { code, out, err } = await door('src/main.ts', [], { input: '孙悟空\n' });
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toMatch(/^　　孙悟空.+\n$/s);
  });

  it('ends, and is not cut off within the runtime, when nobody reads what it writes', async () => {
    const input = `l 5000\n${'孙悟空\n'.repeat(20)}`;
    // The starter: a model so small that it is hardly ever within the runtime would not be cut off there.
    const argv = ['--model', path.join(root, 'models/starter')];
    const { code, err } = await door('scripts/chat.ts', argv, { input, hangUpAfter: 1 });
    expect({ code, err }).toEqual({ code: 0, err: expect.not.stringMatching(/terminate|Error/) });
  });

  it('takes no flags and says so', async () => {
    expect((await door('src/main.ts', ['--port', '80'])).code).toBe(2);
    expect((await door('src/main.ts', ['--help'])).out).toContain('npm start');
  });
});

describe('chat', () => {
  it('uses the model it is given', async () => {
    const { code, out } = await door('scripts/chat.ts', ['--model', folder], { input: '孙悟空\n' });
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect((await door('scripts/chat.ts', ['--model', model()], { input: '悟空\n' })).out).toMatch(
      /^　　悟空/,
    );
  });
});
