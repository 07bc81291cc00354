import { expect, it } from 'vitest';
import { UserError } from '#errors';
import type { Storage } from '#storage';
import { type Intent, intentKind, passageKind, Stories, tombstoneKind } from '#stories';
import { memoryStorage } from '../fakes/memory-storage.ts';
import { drawn, hong, ming, tell, textOf } from './tell.ts';

const settings = { length: 10 };
const DAY = 24 * 60 * 60 * 1000;

/** Stories on a store whose purge, or whose states, can be out of reach. */
async function begin() {
  const storage = memoryStorage();
  const told = tell({ storage });
  const { stories, models } = told;
  const { id } = await stories.create('here');
  const opening = await stories.write(id, ming, '孙悟空');
  const after = await drawn(stories.continue(id, hong, { settings }));
  const away = { purge: false, states: false };
  const purges = { count: 0 };
  storage.purge = async () => {
    if (away.purge) throw new UserError('storage.cannot-write');
    purges.count++;
  };
  const forget = models.forget.bind(models);
  models.forget = async (passages) => {
    if (away.states) throw new UserError('storage.unreachable');
    await forget(passages);
  };
  return { ...told, storage, id, opening, after, away, purges };
}

async function keysOf(storage: Storage, name: string): Promise<string[]> {
  const keys: string[] = [];
  for await (const key of storage.keys({ name })) keys.push(key);
  return keys;
}

const putIntent = (storage: Storage, key: string, intent: unknown) =>
  storage.write([{ kind: intentKind, key, value: intent }]);

it('keeps a story that was taken in from a file, whatever was written in it, without a purge', async () => {
  const { stories, storage, options, id, away } = await begin();
  away.purge = true;
  const loaded = await stories.load(await stories.dump(id), 'there');
  expect(await keysOf(storage, 'intent')).toEqual([]);
  await stories.write(loaded.id, ming, '去也');
  const again = await Stories.open(options);
  expect(await textOf(again, loaded.id)).toMatch(/^孙悟空.*去也$/);
  expect(await again.list('there')).toHaveLength(1);
});

it('removes what was taken in from a file only in part', async () => {
  const { stories, storage, options, id } = await begin();
  const file = await stories.dump(id);
  const before = storage.size;
  const write = storage.write;
  let writes = 0;
  storage.write = async (changes) => {
    if (++writes === 4) throw new UserError('storage.disk-full');
    await write(changes);
  };
  await expect(stories.load(file, 'there')).rejects.toThrow('storage.disk-full');
  expect(storage.size).toBeGreaterThan(before);
  await Stories.open(options);
  expect(storage.size).toBe(before);
});

it('finishes an erasure that failed when it is asked for again', async () => {
  const { stories, storage, id, opening, after, models, away } = await begin();
  away.states = true;
  await expect(stories.erase(id, opening.id, { by: ming })).rejects.toThrow('storage.unreachable');
  await expect(stories.erase(id, opening.id, { by: ming })).rejects.toThrow('storage.unreachable');
  away.states = false;
  await stories.erase(id, opening.id, { by: ming });
  expect(models.forgotten).toEqual([opening.id, after.id]);
  expect((await stories.path(id, { last: 1 }))[0]?.receipt).toBeUndefined();
  await stories.resume();
  expect(await keysOf(storage, 'intent')).toEqual([]);
});

it('leaves the receipts of what was written behind an erased text, however often that is erased', async () => {
  const { stories, options, id, opening, away } = await begin();
  away.purge = true;
  await expect(stories.erase(id, opening.id, { by: ming })).rejects.toThrow('storage.cannot-write');
  const later = await drawn(stories.continue(id, hong, { settings }));
  away.purge = false;
  await stories.erase(id, opening.id, { by: hong });
  const again = await Stories.open(options);
  expect((await again.path(id, { last: 1 }))[0]?.receipt).toEqual(later.receipt);
  expect((await again.replay(id, later.id)).same).toBe(true);
});

it('finishes what an earlier erasure of all that somebody wrote did not', async () => {
  const { stories, opening, after, models, away, storage } = await begin();
  away.states = true;
  await expect(stories.eraseAllBy(ming)).rejects.toThrow('storage.unreachable');
  await expect(stories.eraseAllBy(ming)).rejects.toThrow('storage.unreachable');
  away.states = false;
  expect(await stories.eraseAllBy(ming)).toBe(0);
  expect(models.forgotten).toEqual(expect.arrayContaining([opening.id, after.id]));
  expect(await keysOf(storage, 'intent')).toEqual([]);
});

it('erases of a person only what was there when it was asked for', async () => {
  const { stories, options, id, away } = await begin();
  away.purge = true;
  await expect(stories.eraseAllBy(ming)).rejects.toThrow('storage.cannot-write');
  await stories.write(id, ming, '后来');
  away.purge = false;
  const again = await Stories.open(options);
  expect(await textOf(again, id)).toMatch(/后来$/);
  expect(await textOf(again, id)).not.toContain('孙悟空');
});

it('does not remove a story that was taken out of the trash after its removal had failed', async () => {
  const { options, storage, id, away } = await begin();
  let clock = 0;
  const timed = { ...options, now: () => clock };
  const stories = new Stories(timed);
  await stories.trash(id);
  clock = 31 * DAY;
  away.states = true;
  await expect(stories.sweep()).rejects.toThrow('storage.unreachable');
  away.states = false;
  await stories.restore(id);
  expect(await textOf(stories, id)).toMatch(/^孙悟空/);
  await stories.trash(id);
  const again = await Stories.open(timed);
  await again.restore(id);
  expect(await textOf(again, id)).toMatch(/^孙悟空/);
  expect(await keysOf(storage, 'intent')).toEqual([]);
});

it('starts though an erasure cannot be finished, says so, and finishes it at a later start or while it runs', async () => {
  for (const later of ['start', 'running']) {
    const { stories, options, storage, id, opening, away, purges } = await begin();
    away.purge = true;
    await expect(stories.erase(id, opening.id, { by: ming })).rejects.toThrow('storage.cannot-write');
    const failures: unknown[] = [];
    const again = await Stories.open({ ...options, onFailure: (error) => failures.push(error) });
    expect(failures).toEqual([expect.objectContaining({ code: 'storage.cannot-write' })]);
    expect(await keysOf(storage, 'intent')).toHaveLength(1);
    away.purge = false;
    if (later === 'start') await Stories.open(options);
    else await again.resume();
    expect(purges.count).toBe(1);
    expect(await keysOf(storage, 'intent')).toEqual([]);
  }
});

it('purges at the next start what it could only erase again after a backup', async () => {
  const { options, storage, id, opening, away, purges } = await begin();
  await storage.write([storage.store(tombstoneKind).put(opening.id, { at: 1 })]);
  away.purge = true;
  const again = await Stories.open(options);
  expect((await again.path(id, { last: 2 }))[0]).toMatchObject({ erased: true, text: '' });
  expect(purges.count).toBe(0);
  away.purge = false;
  await Stories.open(options);
  expect(purges.count).toBe(1);
});

it('goes past an intent that is damaged, and past one that cannot be finished, and finishes the others', async () => {
  const { options, storage, models, id, opening, stories } = await begin();
  const other = await stories.create('there');
  const stuck = await stories.write(other.id, ming, '去也');
  const forget = models.forget;
  models.forget = async (passages) => {
    if (passages.includes(stuck.id)) throw new UserError('storage.unreachable');
    await forget(passages);
  };
  const intentOf = (story: string, passage: string): Intent => ({
    kind: 'erase',
    story,
    passages: [passage],
    until: 99,
  });
  await putIntent(storage, 'a', { kind: 'nonsense' });
  await putIntent(storage, 'b', intentOf(other.id, stuck.id));
  await putIntent(storage, 'c', intentOf(id, opening.id));
  const failures: unknown[] = [];
  const again = await Stories.open({ ...options, onFailure: (error) => failures.push(error) });
  expect(failures).toEqual([expect.objectContaining({ code: 'storage.unreachable' })]);
  expect((await again.path(id, { last: 2 }))[0]).toMatchObject({ erased: true });
  expect(await keysOf(storage, 'intent')).toEqual(['b']);
});

it('erases again, and notes anew, what only a damaged tombstone tells of', async () => {
  const { options, storage, id, opening } = await begin();
  await storage.write([{ kind: tombstoneKind as never, key: 'elsewhere', value: 'nonsense' }]);
  await storage.write([{ kind: tombstoneKind as never, key: opening.id, value: 'nonsense' }]);
  const failures: unknown[] = [];
  const again = await Stories.open({ ...options, onFailure: (error) => failures.push(error) });
  expect(failures).toEqual([]);
  expect((await again.path(id, { last: 2 }))[0]).toMatchObject({ erased: true });
  for (const key of ['elsewhere', opening.id])
    expect(await storage.store(tombstoneKind).get(key)).toBeDefined();
});

it('leaves alone what is being done', async () => {
  const { stories, storage, id } = await begin();
  const file = await stories.dump(id);
  const write = storage.write;
  let resumed: Promise<void> | undefined;
  let writes = 0;
  storage.write = async (changes) => {
    await write(changes);
    // The intent is written, then the passages: a part of the story is there.
    if (++writes === 2) resumed = stories.resume();
    if (writes === 3) await resumed;
  };
  const loaded = await stories.load(file, 'there');
  expect(writes).toBeGreaterThan(2);
  expect(await textOf(stories, loaded.id)).toBe(await textOf(stories, id));
});

it('takes the receipts of all that was written before the text went, however long ago the erasure was begun', async () => {
  const { options, stories, storage, id, opening, after } = await begin();
  const intent: Intent = { kind: 'erase', story: id, passages: [opening.id], until: opening.at };
  await putIntent(storage, 'a', intent);
  const again = await Stories.open(options);
  expect((await again.path(id, { last: 2 })).map(({ receipt }) => receipt)).toEqual([undefined, undefined]);

  // Cut off behind the text: what was written since has read nothing of it.
  const later = await drawn(stories.continue(id, hong, { settings }));
  const { put } = storage.store(passageKind);
  await storage.write([put(after.id, after), storage.store(tombstoneKind).put(opening.id, { at: after.at })]);
  await putIntent(storage, 'b', intent);
  const third = await Stories.open(options);
  const receipts = (await third.path(id, { last: 3 })).map(({ receipt }) => receipt);
  expect(receipts).toEqual([undefined, undefined, later.receipt]);
});
