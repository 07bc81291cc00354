import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { writeCheckpoint } from '#lstm';
import { madeModel } from '../fakes/made-model.ts';
import { type Outcome, startDoor } from '../fixtures/door.ts';

const SENTENCE = '孙悟空听了，大笑道：“去也！”说罢不见。\n';
const STORY = SENTENCE.repeat(60);

function folderOf(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'xuxie-names-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const made = madeModel(SENTENCE);
  writeCheckpoint(path.join(folder, 'model.safetensors'), {
    ...made,
    about: { ...made.about, script: 'other' },
  });
  writeFileSync(path.join(folder, 'story.txt'), STORY);
  return folder;
}

const evaluate = (folder: string, ...argv: string[]): Promise<Outcome> =>
  startDoor('scripts/evaluate.ts', ['--text', path.join(folder, 'story.txt'), ...argv], {
    XUXIE_MODEL: folder,
    XUXIE_LOCALE: 'en',
  }).ended;

it('tells what the cache and a remembered name gain, from the bits that the serving path alone has', async () => {
  const folder = folderOf();
  const { code, out, err } = await evaluate(folder, '--names', '--json');
  expect(code, err).toBe(0);
  const { ways, characters, mentions, passages } = JSON.parse(out);
  expect([characters, mentions]).toEqual([STORY.length, 60]);
  expect(passages).toBeGreaterThan(0);
  const plain = JSON.parse((await evaluate(folder, '--serving', '--json')).out);
  const { alone, cache, remembered } = ways;
  expect(alone.bitsPerCharacter).toBeCloseTo(plain.bitsPerCharacter, 4);
  expect(cache.bitsPerCharacter).toBeLessThan(alone.bitsPerCharacter - 1);
  // Of 林小满 this model knows no character: each is three bytes.
  expect(alone.bitsPerName).toBeGreaterThan(60);
  expect(cache.bitsPerName).toBeLessThan(alone.bitsPerName / 2);
  expect(remembered.bitsPerName).toBeLessThan(cache.bitsPerName);
  expect(alone.namingShare).toBe(0);
  expect(remembered.namesIn300).toBeGreaterThan(0.5);
});

it('prints a table, and asks for heroes whom it does not find', async () => {
  const folder = folderOf();
  const { out } = await evaluate(folder, '--names', '--heroes', '大笑、悟空');
  expect(out).toMatch(
    /^ +model alone +with cache +name remembered too\n(?:.+\n){6}1,260 characters read; 120 /m,
  );
  const { code, err } = await evaluate(folder, '--names', '--heroes', '萧炎');
  expect(code).toBe(1);
  expect(err).toContain('None of these names stands in the text: 萧炎.');
});
