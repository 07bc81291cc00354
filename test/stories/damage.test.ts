import { expect, it } from 'vitest';
import { parseStoryFile, writeStoryFile } from '#books';
import { UserError } from '#errors';
import type { Storage } from '#storage';
import { linksKind, Stories } from '#stories';
import { memoryStorage } from '../fakes/memory-storage.ts';
import { drawn, hong, ming, tell } from './tell.ts';

const settings = { length: 10 };

/** A storage of which records can be damaged: who reads one is told once, then it is gone. */
function frail() {
  const storage = memoryStorage();
  const damaged = new Set<string>();
  const told: string[] = [];
  const check = async (kind: string, keys: readonly string[]) => {
    const bad = keys.filter((key) => damaged.delete(`${kind}/${key}`));
    for (const key of bad) {
      told.push(`${kind}/${key}`);
      await storage.write([{ kind: { name: kind } as never, key, value: undefined }]);
    }
    if (bad.length > 0) throw new UserError('storage.damaged', { kind, key: bad[0]! });
  };
  const frailStorage: Storage = {
    ...storage,
    store(kind) {
      const store = storage.store(kind);
      return {
        ...store,
        get: async (key) => {
          await check(kind.name, [key]);
          return store.get(key);
        },
        getMany: async (keys) => {
          await check(kind.name, keys);
          return store.getMany(keys);
        },
      };
    },
  };
  const lose = (id: string) =>
    storage.write([{ kind: { name: id.split('/')[0] } as never, key: id.split('/')[1]!, value: undefined }]);
  return { storage: frailStorage, damage: (id: string) => damaged.add(id), lose, told };
}

async function begin() {
  const store = frail();
  const { stories, options, models } = tell({ storage: store.storage });
  const { id } = await stories.create('here');
  const first = await drawn(stories.continue(id, ming, { opening: '孙悟空', settings }));
  const other = await drawn(stories.retry(id, first.id, { settings }));
  const second = await stories.write(id, hong, '去也');
  const third = await stories.write(id, hong, '云');
  const untouched = await stories.create('there');
  await stories.write(untouched.id, hong, '月');
  return { ...store, stories, options, models, id, first, other, second, third, untouched };
}

type Session = Awaited<ReturnType<typeof begin>>;

const records: Readonly<Record<string, (at: Session) => string>> = {
  'the head': ({ third }) => `passage/${third.id}`,
  'a passage on the way': ({ second }) => `passage/${second.id}`,
  'the first passage': ({ first }) => `passage/${first.parent}`,
  'another wording': ({ first }) => `passage/${first.id}`,
  'links at a fork': ({ first }) => `links/${first.parent}`,
  'links on the way': ({ second }) => `links/${second.id}`,
  'the first links': ({ id }) => `links/${id}`,
  'the story': ({ id }) => `story/${id}`,
  'the place': () => 'place/here',
};

const ways: Readonly<Record<string, (at: Session, record: string) => Promise<Stories>>> = {
  damaged: async ({ damage, options }, record) => {
    damage(record);
    return Stories.open(options);
  },
  lost: async ({ lose, options }, record) => {
    await lose(record);
    return Stories.open(options, { mend: true });
  },
  'damaged while it is in memory': async ({ damage, stories }, record) => {
    damage(record);
    return stories;
  },
};

const cases = Object.entries(records).flatMap(([what, record]) =>
  Object.entries(ways).map(([way, open]) => ({ what, way, record, open })),
);

it.each(cases)('goes on when $what is $way', async ({ record, open }) => {
  const session = await begin();
  const { id, first, other, second, third, untouched } = session;
  const lost = record(session);
  const stories = await open(session, lost);

  const path = await stories.path(id, { last: 9 });
  expect(path.map((passage) => passage.id)).toEqual([first.parent, other.id, second.id, third.id]);
  const expected = ['孙悟空', other.text, '去也', '云'];
  for (const [index, passage] of path.entries()) {
    if (passage.lost) expect(lost).toBe(`passage/${passage.id}`);
    else expect(passage.text).toBe(expected[index]);
  }
  const { passages, chosen } = await stories.alternatives(id, other.id);
  expect(passages.map((passage) => passage.id)).toEqual([first.id, other.id]);
  expect(chosen).toBe(other.id);
  expect((await stories.list('here')).map((story) => story.id)).toEqual([id]);
  expect((await stories.current('here'))?.id).toBe(id);

  const next = await drawn(stories.continue(id, ming, { opening: '风', settings }));
  expect((await stories.replay(id, next.id)).same).toBe(true);
  for (const _ of '1234') await stories.undo(id);
  expect(await stories.path(id, { last: 9 })).toEqual([]);
  for (const _ of '1234') await stories.redo(id);
  expect((await stories.path(id, { last: 1 }))[0]?.id).toBe(next.id);
  await stories.choose(id, first.id);
  expect((await stories.path(id, { last: 1 }))[0]?.id).toBe(first.id);
  expect(await stories.sweep()).toEqual({ stories: 0, passages: 0 });
  expect((await stories.path(untouched.id, { last: 9 })).map(({ text }) => text)).toEqual(['月']);
  expect(parseStoryFile(writeStoryFile(await stories.dump(id))).passages).toHaveLength(7);
});

it('names what is damaged once, and finds all of it together', async () => {
  const { damage, told, options, id, second, third, first } = await begin();
  for (const passage of [second, third, first]) damage(`passage/${passage.id}`);
  damage(`links/${second.id}`);
  const stories = await Stories.open(options);
  expect(await stories.path(id, { last: 9 })).toHaveLength(4);
  expect(told).toHaveLength(4);
  const { passages } = await stories.alternatives(id, first.id);
  expect(passages.map((passage) => passage.lost)).toEqual([true, undefined]);
  const next = await stories.write(id, hong, '风');
  expect((await stories.alternatives(id, third.id)).passages).toHaveLength(1);
  await stories.undo(id, next.id);
  await stories.undo(id, third.id);
  expect((await stories.redo(id)).head?.id).toBe(third.id);
});

it('sweeps nothing that a lost record makes look as if it had never been part of a story', async () => {
  const { lose, options, id, first, other, third } = await begin();
  await lose(`links/${first.parent}`);
  await lose(`links/${id}`);
  const stories = await Stories.open(options);
  expect(await stories.sweep()).toEqual({ stories: 0, passages: 0 });
  const { passages } = await (await Stories.open(options, { mend: true })).alternatives(id, other.id);
  expect(passages.map((passage) => passage.id)).toEqual([first.id, other.id]);
  expect((await stories.path(id, { last: 1 }))[0]?.id).toBe(third.id);
});

it('does not sweep the head of a branch that its links have forgotten', async () => {
  const { storage, options, stories, id, third, second } = await begin();
  await stories.branch(id, 'b');
  await stories.undo(id);
  await stories.switch(id, 'main');
  await storage.write([storage.store(linksKind).put(second.id, { children: [] })]);
  await storage.write([storage.store(linksKind).drop(third.id)]);
  expect((await stories.get(id)).branches).toMatchObject({ main: third.id });
  const again = await Stories.open(options);
  expect(await again.sweep()).toEqual({ stories: 0, passages: 0 });
  expect((await again.path(id, { last: 1 }))[0]).toEqual(third);
});

it('writes down again what is damaged in the store and whole in memory', async () => {
  const { damage, options, stories, id, second, third } = await begin();
  const elsewhere = await Stories.open(options);
  const { id: cold } = await elsewhere.create('there');
  const unread = await elsewhere.write(cold, hong, '山');
  damage(`passage/${unread.id}`);
  for (const record of [`passage/${second.id}`, `links/${second.id}`, `passage/${third.id}`]) damage(record);
  // The first damage that is met has everything looked through.
  expect((await stories.path(cold, { last: 1 }))[0]?.lost).toBe(true);
  const path = await (await Stories.open(options)).path(id, { last: 2 });
  expect(path).toEqual([second, third]);
});
