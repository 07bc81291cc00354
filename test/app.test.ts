import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { PassThrough } from 'node:stream';
import { expect, it, onTestFinished } from 'vitest';
import { readConfig } from '#config';
import { writeCheckpoint } from '#lstm';
import { Random } from '#random';
import { buildApp } from '../src/app.ts';
import { madeModel } from './fakes/made-model.ts';

function someFolder(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'xuxie-app-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
}

function savedModel(folder: string): string {
  const file = path.join(folder, 'model.safetensors');
  writeCheckpoint(file, madeModel('孙悟空听了。\n'));
  return file;
}

it('wires a chat from what it is given, the same for the same random numbers', async () => {
  const tell = async () => {
    const [input, output, errors] = [
      new PassThrough(),
      new PassThrough({ encoding: 'utf8' }),
      new PassThrough(),
    ];
    const folder = someFolder();
    const config = readConfig({ XUXIE_MODEL: savedModel(folder), XUXIE_DATA: folder });
    await using app = await buildApp(config, { input, output, errors, random: Random.seeded(5) });
    input.end('l 20\n孙悟空\n');
    await app.run();
    return String(output.read());
  };
  const story = await tell();
  expect(story).toMatch(/^　　孙悟空/);
  expect(await tell()).toBe(story);
});

it('names the model that it does not find', async () => {
  const config = readConfig({ XUXIE_MODEL: '/nowhere/model', XUXIE_DATA: someFolder() });
  const input = new PassThrough();
  input.end();
  await using app = await buildApp(config, { input, output: new PassThrough(), errors: new PassThrough() });
  await expect(app.run()).rejects.toMatchObject({ code: 'model.missing' });
});

it('keeps the stories of one chat for the next', async () => {
  const folder = someFolder();
  const config = readConfig({ XUXIE_MODEL: savedModel(folder), XUXIE_DATA: folder });
  const tell = async (typed: string) => {
    const [input, output] = [new PassThrough(), new PassThrough({ encoding: 'utf8' })];
    await using app = await buildApp(config, { input, output, errors: new PassThrough() });
    input.end(typed);
    await app.run();
    return String(output.read());
  };
  const story = await tell('l 20\n孙悟空\n');
  expect(await tell('/open 1\n')).toBe(story);
});
