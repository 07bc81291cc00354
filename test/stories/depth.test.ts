import { beforeAll, expect, it } from 'vitest';
import type { FiledPassage, StoryFile } from '#books';
import { type Passage, Stories } from '#stories';
import { watchedStorage } from '../fakes/watched-storage.ts';
import { drawn, hong, ming, tell } from './tell.ts';

const DEEP = 100_000;
const settings = { length: 10 };

const fileOf = (count: number, text: string): StoryFile => {
  const passages = Array.from(
    { length: count },
    (_, index): FiledPassage => ({
      id: `p${index}`,
      parent: index === 0 ? null : `p${index - 1}`,
      turn: `p${index}`,
      author: { kind: 'person', platform: 'test', id: 'ming' },
      text,
      at: index,
    }),
  );
  return {
    format: 'xuxie-story',
    version: 1,
    id: 's',
    title: null,
    line: 'starter',
    createdAt: 0,
    branch: 'main',
    branches: { main: `p${count - 1}`, old: 'p1' },
    remembered: [],
    chosen: {},
    passages,
  };
};

const storage = watchedStorage();
const { stories: first, options } = tell({ storage });
let id = '';
let stories: Stories;

beforeAll(async () => {
  ({ id } = await first.load(fileOf(DEEP, '十个字是一段的长度也'), 'here'));
});

/** How many records are read for something, by a process that knows nothing yet. */
async function readsOf(task: (stories: Stories) => Promise<unknown>): Promise<number> {
  stories = await Stories.open(options);
  storage.reads = 0;
  await task(stories);
  return storage.reads;
}

/** What is behind the last few hundred passages is never looked at: 4,096 characters and a way of 17 steps. */
const TAIL = 500;
const HOP = 120;

it('goes on at a depth of 100,000 passages, a million characters, by reading the end', async () => {
  let written: Passage | undefined;
  const reads = await readsOf(async (told) => {
    written = await drawn(told.continue(id, ming, { opening: '云', settings }));
  });
  expect(written).toMatchObject({ depth: DEEP + 2 });
  expect(written?.end).toBeGreaterThan(1_000_000);
  expect(reads).toBeLessThan(TAIL);
});

it('undoes, redoes, rewrites, chooses, edits, goes back and compares there by reading a few records', async () => {
  const path = await stories.path(id, { last: 300 });
  const last = path.at(-1)!;
  expect(await readsOf((told) => told.undo(id, last.id))).toBeLessThan(HOP);
  expect(await readsOf((told) => told.redo(id))).toBeLessThan(HOP);
  expect(await readsOf((told) => told.retry(id, last.id, { settings }).passage)).toBeLessThan(TAIL);
  expect(await readsOf((told) => told.choose(id, last.id))).toBeLessThan(HOP);
  let other: Passage | undefined;
  const deep = await stories.path(id, { last: 1000 });
  const far = deep[0]!;
  const edited = await readsOf(async (told) => {
    other = await told.edit(id, far.id, '不去', hong);
  });
  expect(edited).toBeLessThan(HOP);
  expect(await readsOf((told) => told.choose(id, far.id))).toBeLessThan(HOP);
  expect((await stories.path(id, { last: 1 }))[0]?.id).toBe(last.id);
  expect(await readsOf((told) => told.compare(id, other!.id, last.id))).toBeLessThan(HOP);
  expect(await readsOf((told) => told.rewind(id, far.id))).toBeLessThan(HOP);
  expect(await readsOf((told) => told.redo(id))).toBeLessThan(HOP);
  expect((await stories.path(id, { last: 1 }))[0]?.id).toBe(last.id);
  expect(await readsOf((told) => told.switch(id, 'old'))).toBeLessThan(HOP);
  expect(await readsOf((told) => told.switch(id, 'main'))).toBeLessThan(HOP);
  expect(await readsOf((told) => told.tree(id))).toBeLessThan(TAIL);
  expect(await readsOf((told) => told.path(id, { last: 50 }))).toBeLessThan(HOP);
});

it('reads nothing from the store while a story is hot', async () => {
  await drawn(stories.continue(id, ming, { settings }));
  storage.reads = 0;
  const passage = await drawn(stories.continue(id, ming, { opening: '风', settings }));
  await stories.undo(id, passage.id);
  await stories.redo(id);
  await stories.choose(id, (await drawn(stories.retry(id, passage.id, { settings }))).id);
  expect(storage.reads).toBeLessThan(8);
});
