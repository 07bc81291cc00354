import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { parseStoryFile, type StoryFile, writeStoryFile } from '#books';
import { writeCheckpoint } from '#lstm';
import { holdData } from '#storage';
import { madeModel } from '../fakes/made-model.ts';
import { startDoor } from '../fixtures/door.ts';

let folder = '';
const at = (name: string) => path.join(folder, name);

const story: StoryFile = {
  format: 'xuxie-story',
  version: 1,
  id: 's',
  title: '大圣',
  line: 'starter',
  createdAt: 1,
  branch: 'main',
  branches: { main: 'b' },
  remembered: ['悟空'],
  chosen: { s: 'a' },
  passages: [
    {
      id: 'a',
      parent: null,
      turn: 'a',
      author: { kind: 'person', platform: 'console', id: 'local' },
      text: '孫悟空聽了，',
      at: 2,
    },
    { id: 'b', parent: 'a', turn: 'a', author: { kind: 'model' }, text: '大笑听了。', at: 3 },
  ],
};

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'xuxie-export-'));
  writeCheckpoint(at('model.safetensors'), madeModel('孙悟空听了，大笑道：“去也！”\n'));
  writeFileSync(at('story.json'), writeStoryFile(story));
});
afterAll(() => rmSync(folder, { recursive: true }));

const door = (script: string, ...argv: string[]) =>
  startDoor(`scripts/${script}.ts`, argv, { XUXIE_DATA: at('data'), XUXIE_MODEL: at('model.safetensors') })
    .ended;

it('brings a story in and out again, whole and as a book in the script of its writer', async () => {
  expect(await door('export', '--format', 'txt')).toMatchObject({
    code: 1,
    err: expect.stringContaining('no stories to export'),
  });
  expect(await door('import', at('story.json'))).toMatchObject({
    code: 0,
    out: expect.stringContaining('“大圣” is in: 2 passages. In the chat (npm start), /open 1'),
  });

  const whole = await door('export', '--format', 'json', '--story', '大圣', '--to', at('again.json'));
  expect(whole).toMatchObject({ code: 0, out: `Written to ${at('again.json')}\n` });
  const again = parseStoryFile(readFileSync(at('again.json')));
  expect(again.title).toBe('大圣');
  expect(again.remembered).toEqual(['悟空']);
  expect(again.passages.map(({ text }) => text)).toEqual(['孫悟空聽了，', '大笑听了。']);

  const before = readFileSync(at('again.json'));
  const over = await door('export', '--format', 'txt', '--to', at('again.json'));
  expect(over).toMatchObject({ code: 1, err: expect.stringContaining('is there already') });
  expect(readFileSync(at('again.json'))).toEqual(before);

  for (let times = 0; times < 2; times++) await door('export', '--format', 'txt', '--to', folder);
  expect(readdirSync(folder)).toEqual(expect.arrayContaining(['大圣.txt', '大圣 (2).txt']));
  expect(readFileSync(at('大圣.txt'), 'utf8')).toContain('　　孫悟空聽了，大笑聽了。');
});

it('says what it cannot find or read', async () => {
  expect(await door('export', '--format', 'txt', '--story', '无此书')).toMatchObject({
    code: 1,
    err: expect.stringContaining('no story “无此书”'),
  });
  expect(await door('export')).toMatchObject({ code: 2, err: expect.stringContaining('--format') });
  expect(await door('import', at('nothing.json'))).toMatchObject({
    code: 1,
    err: expect.stringContaining('cannot be read (ENOENT)'),
  });
  expect(await door('import', at('model.safetensors'))).toMatchObject({
    code: 1,
    err: expect.stringMatching(/JSON/),
  });
});

it('tells what to do while the chat runs', async () => {
  using _ = holdData(at('data'));
  const told = { code: 1, err: expect.stringContaining('type /export in the chat') };
  expect(await door('export', '--format', 'txt')).toMatchObject(told);
  expect(await door('import', at('story.json'))).toMatchObject(told);
});
