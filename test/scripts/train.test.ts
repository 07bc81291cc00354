import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { strToU8, zipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readVerbatim } from '#generation';
import { readCheckpoint, readServing } from '#lstm';
import { readLast, readMetrics } from '#training';
import { startDoor } from '../fixtures/door.ts';
import { novelText } from '../fixtures/tiny-run.ts';

let folder = '';
let novel = '';
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'xuxie-train-'));
  novel = path.join(folder, '石猴记.txt');
  writeFileSync(novel, novelText);
});
afterAll(() => rmSync(folder, { recursive: true }));

const trainDoor = (...argv: string[]) =>
  startDoor('scripts/train.ts', ['--novel', novel, '--preset', 'tiny', ...argv], { XUXIE_RUNS: folder });
const run = (name: string) => path.join(folder, name);

describe('train', () => {
  it('goes from a raw file to a model, measurements and pictures, and names the next command', async () => {
    const { code, out, err } = await trainDoor('--epochs', '0.7').ended;
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toMatch(/^石猴记: utf-8, 22,860 characters, no chapters found/);
    const home = run('石猴记-tiny');
    expect(out).toContain(`npm run chat -- --model "${home}"`);
    expect(out).toMatch(/bits per character on chapters held out, the best so far/);
    expect(readCheckpoint(home).about).toMatchObject({ title: '石猴记', script: 'simplified' });
    const measured = readMetrics(path.join(home, 'metrics.jsonl'));
    expect(measured.filter(({ heldOutBits }) => heldOutBits !== undefined).length).toBeGreaterThan(2);
    expect(measured.some(({ trainBits }) => trainBits !== undefined)).toBe(true);
    expect(readFileSync(path.join(home, 'loss.svg'), 'utf8')).toContain('石猴记');
    expect(readFileSync(path.join(home, 'loss.png')).subarray(1, 4).toString()).toBe('PNG');
    expect(readServing(home)).toBeDefined();
    expect(readVerbatim(home)?.limit).toBe(20);
  });

  it('on Ctrl-C keeps the best and all that --resume needs; resumed it ends as the unbroken run', async () => {
    await trainDoor('--epochs', '0.7', '--out', run('whole')).ended;
    const broken = trainDoor('--epochs', '0.7', '--out', run('broken'));
    await broken.said(/step 20 of/);
    broken.child.kill('SIGINT');
    const { code, out } = await broken.ended;
    expect(code).toBe(0);
    expect(out).toContain('Stopping and saving');
    expect(out).toContain('--resume');
    expect(existsSync(path.join(run('broken'), 'model.safetensors'))).toBe(true);
    const { step } = readLast(run('broken')).training.progress as { step: number };
    const resumed = await trainDoor('--epochs', '0.7', '--out', run('broken'), '--resume').ended;
    expect(resumed.out).toContain(`Going on after step ${step}`);
    expect(readLast(run('broken')).weights).toEqual(readLast(run('whole')).weights);
    const steps = readMetrics(path.join(run('broken'), 'metrics.jsonl')).map((metric) => metric.step);
    expect(steps).toEqual(steps.toSorted((a, b) => a - b));
  });

  it('killed leaves a run that can be resumed', async () => {
    const killed = trainDoor('--epochs', '0.7', '--out', run('killed'));
    await killed.said(/step 20 of/);
    killed.child.kill('SIGKILL');
    expect((await killed.ended).signal).toBe('SIGKILL');
    expect(existsSync(path.join(run('killed'), 'verbatim.bin'))).toBe(true);
    const { code } = await trainDoor('--epochs', '0.7', '--out', run('killed'), '--resume').ended;
    expect(code).toBe(0);
    expect(readLast(run('killed')).weights).toEqual(readLast(run('whole')).weights);
  });

  it('puts the novel into the script of the model that it goes on from, --resume or not', async () => {
    const traditional = path.join(folder, 'traditional.txt');
    const forms: Record<string, string> = { 来: '來', 说: '說', 师: '師', 众: '眾', 无: '無', 风: '風' };
    writeFileSync(
      traditional,
      novelText.replace(/[来说师众无风]/g, (c) => forms[c]!),
    );
    const from = ['--novel', traditional, '--from', run('whole'), '--out', run('further')];
    const { code, out } = await trainDoor(...from, '--epochs', '0.02').ended;
    expect(code).toBe(0);
    expect(out).toContain(`Trains ${run('whole')} on: its size and vocabulary stay`);
    expect(out).toContain('put into Simplified');
    const { about, vocabulary } = readCheckpoint(run('further'));
    expect(about.script).toBe('simplified');
    expect(vocabulary).toEqual(readCheckpoint(run('whole')).vocabulary);
    expect((await trainDoor(...from, '--resume').ended).err).toMatch(/^The training in .* its end/);
  });

  it('gives a training that goes on from a model a folder of its own', async () => {
    const { code, out } = await trainDoor('--from', run('whole'), '--epochs', '0.02').ended;
    expect(code).toBe(0);
    expect(out).not.toContain('put into');
    expect(existsSync(path.join(run('石猴记-from-whole'), 'model.safetensors'))).toBe(true);
    const weights = path.join(run('whole'), 'model.safetensors');
    const { err } = await trainDoor('--from', weights, '--epochs', '0.02').ended;
    expect(err).toContain(`A training already lives in ${run('石猴记-from-whole')}.`);
  });

  it('looks at the folder before it reads the novel', async () => {
    const empty = path.join(folder, 'empty.txt');
    writeFileSync(empty, ' \n'.repeat(5));
    const read = async (...argv: string[]) => (await trainDoor('--novel', empty, ...argv).ended).err;
    expect(await read()).toMatch(/empty/);
    expect(await read('--resume')).toMatch(/^There is no training to resume/);
    expect(await read('--out', run('whole'))).toMatch(/^A training already lives/);
  });

  it('stays in its folder whatever the novel is called', async () => {
    const opf = `<package><metadata><dc:title>../../up/石猴</dc:title></metadata><manifest>
      <item id="a" href="a.xhtml"/></manifest><spine><itemref idref="a"/></spine></package>`;
    const page = `<html><body>${novelText.replaceAll(/^.*$/gm, '<p>$&</p>')}</body></html>`;
    const epub = path.join(folder, 'book.epub');
    const container = '<container><rootfiles><rootfile full-path="a.opf"/></rootfiles></container>';
    const files = { 'META-INF/container.xml': container, 'a.opf': opf, 'a.xhtml': page };
    writeFileSync(
      epub,
      zipSync(Object.fromEntries(Object.entries(files).map(([name, text]) => [name, strToU8(text)]))),
    );
    const { err } = await trainDoor('--novel', epub, '--resume').ended;
    expect(err).toContain(`no training to resume in ${run('up-石猴-tiny')}.`);
  });

  it('on a full disk names what was not saved first, whatever fails after it', async () => {
    const home = run('full');
    mkdirSync(path.join(home, 'loss.svg'), { recursive: true });
    symlinkSync('/dev/full', path.join(home, 'last.safetensors.new'));
    const { code, err } = await trainDoor('--out', home, '--epochs', '0.1').ended;
    expect(code).toBe(1);
    expect(err).toMatch(/^The disk is full, so .*last\.safetensors was not saved.*\n$/);
  });

  it('says in one sentence what is wrong, and writes nothing', async () => {
    const short = path.join(folder, 'short.txt');
    writeFileSync(short, novelText.slice(0, 250));
    const asked: [string[], number, RegExp][] = [
      [['--novel', short, '--out', run('no')], 1, /^This novel is too short to learn from: \d+ characters/],
      [['--out', run('no'), '--resume'], 1, /^There is no training to resume/],
      [['--out', run('whole')], 1, /^A training already lives in .*--resume/],
      [['--minuets', '3'], 2, /^There is no flag --minuets\. Did you mean --minutes\?/],
      [['--minutes', '3', '--epochs', '2'], 2, /^--minutes and --epochs exclude each other/],
      [['--preset', 'huge'], 2, /^--preset can be one of standard, seed, tiny/],
      [['--from', novel, '--out', run('no')], 1, /is not a model that xuxie has written/],
      [['--out', path.join(novel, 'x')], 1, /could not be written/],
    ];
    for (const [argv, expected, sentence] of asked) {
      const { code, err } = await trainDoor(...argv).ended;
      expect({ argv, code }).toEqual({ argv, code: expected });
      expect(err).toMatch(sentence);
      expect(err.trim().split('\n')).toHaveLength(1);
    }
    expect(existsSync(run('no'))).toBe(false);
  });
});
