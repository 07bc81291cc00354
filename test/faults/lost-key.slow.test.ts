import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import type { UserError } from '#errors';
import type { Passage } from '#stories';
import { copyData } from './kept.ts';
import { type FaultPlace, makePlace, temporaryFolder } from './place.ts';
import { lineOf, ming, open, sentencesOf, tellStory } from './telling.ts';

/** Every file of a data folder that says something, with its bytes. */
function bytesOf(data: string): Map<string, string> {
  const files = readdirSync(data, { recursive: true, encoding: 'utf8' })
    .filter((name) => !name.startsWith('lock.') && statSync(path.join(data, name)).isFile())
    .sort();
  return new Map(files.map((name) => [name, readFileSync(path.join(data, name), 'base64')]));
}

async function told(place: FaultPlace) {
  const { config } = place;
  await using core = await open(config);
  const id = await tellStory(core.stories, 'here', 3);
  return { id, line: await lineOf(core.stories, id) };
}

it('without its key, with a wrong one and with none of the right form nothing opens and nothing changes', async () => {
  const folder = temporaryFolder();
  const key = path.join(folder, 'key');
  const place = await makePlace({ keyFile: key });
  const { config } = place;
  const { id, line } = await told(place);
  const bytes = bytesOf(config.data);
  expect([...bytes.keys()]).toContain('xuxie.db');
  for (const text of bytes.values()) expect(Buffer.from(text, 'base64').includes('孙悟空')).toBe(false);

  const wrong = path.join(folder, 'wrong');
  writeFileSync(wrong, randomBytes(32).toString('hex'));
  const malformed = path.join(folder, 'malformed');
  writeFileSync(malformed, `${readFileSync(key, 'utf8').slice(0, 20)}\n`);
  const gone = path.join(folder, 'gone');
  const inside = path.join(config.data, 'key');
  for (const [keyFile, code] of [
    [undefined, 'storage.key-missing'],
    [wrong, 'storage.key-wrong'],
    [malformed, 'storage.key-malformed'],
    [gone, 'storage.key-lost'],
    [inside, 'storage.key-inside'],
  ] as const) {
    const refusal: UserError = await open({ ...config, keyFile }).catch((error) => error);
    expect(refusal.code).toBe(code);
    expect(sentencesOf(refusal).every((sentence) => sentence.length > 20)).toBe(true);
    expect(bytesOf(config.data), code).toEqual(bytes);
  }
  // Where a key is missing none is made: it would look as if it were the right one.
  expect([gone, inside].filter((file) => existsSync(file))).toEqual([]);

  await using core = await open(config);
  expect(await lineOf(core.stories, id)).toEqual(line);
  expect(core.remarks).toEqual([]);
  const { stories } = core;
  await stories.continue(id, ming, { settings: { length: 10 } }).passage;
  const replayed = await stories.replay(id, line.at(-1)!.id);
  expect(replayed.same).toBe(true);
});

it('a process that was killed and a key that was lost: told, and with the key everything is there', async () => {
  const folder = temporaryFolder();
  const { config } = await makePlace({ keyFile: path.join(folder, 'key') });
  const data = path.join(folder, 'data');
  let id: string;
  let line: Passage[];
  {
    await using core = await open(config);
    id = await tellStory(core.stories, 'here', 3);
    line = await lineOf(core.stories, id);
    // As a process that is killed now leaves it: most of it stands in the log.
    copyData(config.data, data);
  }
  const aside = path.join(folder, 'aside');
  renameSync(config.keyFile!, aside);
  await expect(open({ ...config, data })).rejects.toMatchObject({ code: 'storage.key-lost' });
  await expect(open({ ...config, data, keyFile: undefined })).rejects.toMatchObject({
    code: 'storage.key-missing',
  });
  renameSync(aside, config.keyFile!);
  await using core = await open({ ...config, data });
  expect(await lineOf(core.stories, id)).toEqual(line);
  expect(core.remarks).toEqual([]);
});
