import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, it, onTestFinished } from 'vitest';
import { openStorage } from '#storage';
import { passageKind, Stories } from '#stories';
import { hong, ming, tell, textOf } from './tell.ts';

const SECRET = 'SECRET';

function someFolder() {
  const folder = mkdtempSync(path.join(tmpdir(), 'damaged-bytes-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = path.join(folder, 'xuxie.db');
  const isLegible = () =>
    readdirSync(folder).some((name) => readFileSync(path.join(folder, name)).includes(SECRET));
  return { file, isLegible };
}

/** Flips a bit of a passage's record, outside of its text. */
function damage(file: string, passage: string): void {
  const db = new DatabaseSync(file);
  const key = `passage/${passage}`;
  const value = db.prepare('SELECT value FROM record WHERE key = ?').get(key)!.value as Uint8Array;
  value[5]! ^= 1;
  db.prepare('UPDATE record SET value = ? WHERE key = ?').run(value, key);
  db.close();
}

/** A story of which a passage, which 小明 wrote, was damaged on disk. */
async function begin() {
  const { file, isLegible } = someFolder();
  const opened = await openStorage({ file, durability: 'full' });
  const { stories, options } = tell({ storage: opened });
  const { id } = await stories.create('here');
  const { id: passage } = await stories.write(id, ming, SECRET);
  const whole = await stories.path(id, { last: 1 });
  await stories.write(id, hong, '月');
  await opened[Symbol.asyncDispose]();
  damage(file, passage);
  const storage = await openStorage({ file, durability: 'full' });
  onTestFinished(() => storage[Symbol.asyncDispose]());
  const again = await Stories.open({ ...options, storage });
  const bringBack = async () => {
    await storage.write([{ kind: passageKind, key: passage, value: whole[0] }]);
    return Stories.open({ ...options, storage });
  };
  return { stories: again, options, storage, id, passage, isLegible, bringBack };
}

it.each([
  { what: 'its author', erase: 'passage', by: ming, operator: false, gone: true },
  { what: 'somebody', erase: 'passage', by: hong, operator: false, gone: false },
  { what: 'an operator', erase: 'passage', by: hong, operator: true, gone: true },
  { what: 'its author, with all else', erase: 'all', by: ming, operator: false, gone: true },
  { what: 'somebody, with all of theirs', erase: 'all', by: hong, operator: false, gone: false },
])('erases damaged bytes for $what', async ({ erase, by, operator, gone }) => {
  const { stories, id, passage, isLegible, bringBack } = await begin();
  expect((await stories.path(id, { last: 2 }))[0]).toMatchObject({ lost: true, text: '' });
  expect(isLegible()).toBe(true);
  if (erase === 'all') await stories.eraseAllBy(by);
  else await stories.erase(id, passage, { by, operator });
  expect(isLegible()).toBe(false);
  // A backup brings the text back whole: now its author is known.
  const again = await bringBack();
  expect((await textOf(again, id)).includes(SECRET)).toBe(!gone);
  expect(isLegible()).toBe(!gone);
});

it('removes the damaged bytes of a story with the story', async () => {
  const { stories, options, storage, id, isLegible } = await begin();
  await stories.path(id, { last: 2 });
  await stories.trash(id);
  const later = new Stories({ ...options, storage, now: () => 1e12 });
  expect((await later.sweep()).stories).toBe(1);
  expect(isLegible()).toBe(false);
});

it('erases the damaged bytes of a passage that was written down again from memory', async () => {
  const { file, isLegible } = someFolder();
  await using storage = await openStorage({ file, durability: 'full' });
  const { stories, options } = tell({ storage });
  const { id } = await stories.create('here');
  const passage = await stories.write(id, ming, SECRET);
  const elsewhere = new Stories(options);
  const cold = await elsewhere.create('there');
  const unread = await elsewhere.write(cold.id, hong, '山');
  for (const each of [passage, unread]) damage(file, each.id);
  // Meeting one damaged record has everything looked through.
  await stories.path(cold.id, { last: 1 });
  expect(await new Stories(options).path(id, { last: 1 })).toEqual([passage]);
  await stories.erase(id, passage.id, { by: ming });
  expect(isLegible()).toBe(false);
});
