import { expect, it } from 'vitest';
import { UserError } from '#errors';
import { passageKind, Stories } from '#stories';
import { memoryStorage } from '../fakes/memory-storage.ts';
import { collect, drawn, hong, ming, tell, textOf } from './tell.ts';

const settings = { length: 10 };

async function begin() {
  const storage = memoryStorage();
  const told = tell({ storage });
  const { stories } = told;
  const { id } = await stories.create('here');
  const before = await drawn(stories.continue(id, hong, { opening: '云', settings }));
  const opening = await stories.write(id, ming, '孙悟空');
  const after = await drawn(stories.continue(id, hong, { settings }));
  const other = await drawn(stories.retry(id, after.id, { settings }));
  const last = await stories.write(id, hong, '去也');
  return { ...told, storage, id, before, opening, after, other, last };
}

it('takes the text, the author, the receipts and the states behind it, and nothing else', async () => {
  const { stories, id, before, opening, after, other, last, models, storage } = await begin();
  await stories.erase(id, opening.id, { by: ming });
  expect(await textOf(stories, id)).toBe(`云${before.text}${other.text}去也`);
  const path = await stories.path(id, { last: 9 });
  expect(path[2]).toEqual({
    ...opening,
    author: { kind: 'nobody' },
    text: '',
    bits: undefined,
    erased: true,
  });
  expect(path[1]?.receipt).toEqual(before.receipt);
  for (const model of [after, other]) {
    const [found] = (await stories.alternatives(id, model.id)).passages.filter(
      (each) => each.id === model.id,
    );
    expect(found).toMatchObject({ text: model.text, receiptErased: true });
    expect(found?.receipt).toBeUndefined();
  }
  expect(models.forgotten.toSorted()).toEqual([opening.id, after.id, other.id, last.id].toSorted());
  for (const name of ['tombstone', 'intent']) {
    const keys: string[] = [];
    for await (const key of storage.keys({ name })) keys.push(key);
    expect(keys).toEqual(name === 'tombstone' ? [opening.id] : []);
  }
});

it('takes what a model thought of the texts behind it', async () => {
  const { stories, id, opening, last } = await begin();
  await drawn(stories.continue(id, hong, { settings }));
  const bitsOf = async (passage: string) =>
    (await stories.alternatives(id, passage)).passages.find((each) => each.id === passage)?.bits;
  expect(await bitsOf(last.id)).toBeGreaterThan(0);
  const known = (await stories.path(id, { last: 9 }))[0]!;
  expect(known.bits).toBeGreaterThan(0);
  await stories.erase(id, opening.id, { by: ming });
  expect(await bitsOf(last.id)).toBeUndefined();
  expect(await bitsOf(known.id)).toBe(known.bits);
});

it('leaves nothing of the text anywhere in the store or at hand', async () => {
  const { stories, id, opening, options, models } = await begin();
  await stories.erase(id, opening.id, { by: ming });
  const known = [JSON.stringify(await stories.dump(id))];
  known.push(JSON.stringify(await (await Stories.open(options)).dump(id)));
  models.orders.length = 0;
  await collect(stories.continue(id, ming, { settings }).text);
  known.push(JSON.stringify(models.orders));
  for (const text of known) expect(text).not.toMatch(/孙|悟|空/);
});

it('goes on behind an erased text, and what it then writes can be replayed', async () => {
  const { stories, id, opening, after, before } = await begin();
  await stories.erase(id, opening.id, { by: ming });
  const next = await drawn(stories.continue(id, ming, { opening: '风', settings }));
  expect((await stories.replay(id, next.id)).same).toBe(true);
  await expect(stories.replay(id, after.id)).rejects.toThrow('story.replay-text-erased');
  await expect(stories.replay(id, opening.id)).rejects.toThrow('story.replay-text-erased');
  expect((await stories.replay(id, before.id)).same).toBe(true);
});

it('is for the author of a text and for operators', async () => {
  const { stories, id, opening, before } = await begin();
  await expect(stories.erase(id, opening.id, { by: hong })).rejects.toThrow('story.not-yours');
  await expect(stories.erase(id, opening.id, { by: { ...ming, platform: 'other' } })).rejects.toThrow(
    'story.not-yours',
  );
  await expect(stories.erase(id, before.id, { by: ming })).rejects.toThrow('story.not-yours');
  await expect(stories.erase(id, 'nothing', { by: ming })).rejects.toThrow('story.no-such-passage');
  await stories.erase(id, before.id, { by: hong, operator: true });
  await stories.erase(id, before.id, { by: hong });
  expect((await stories.path(id, { last: 9 }))[1]).toMatchObject({ erased: true, text: '' });
});

it('is done before what was asked for later, also in the trash', async () => {
  const { stories, id, opening, models } = await begin();
  await stories.trash(id);
  await stories.erase(id, opening.id, { by: ming });
  await stories.restore(id);
  models.orders.length = 0;
  const [, writing] = [stories.erase(id, opening.id, { by: ming }), stories.continue(id, ming, { settings })];
  await writing.passage;
  expect(models.orders[0]?.reading.recent).not.toContain('孙悟空');
});

it('takes everything that a person wrote, in all stories', async () => {
  const { stories, id } = await begin();
  const other = await stories.create('there');
  await stories.write(other.id, ming, '山水');
  await stories.write(other.id, hong, '月');
  expect(await stories.eraseAllBy(ming)).toBe(2);
  expect(await textOf(stories, other.id)).toBe('月');
  expect(await textOf(stories, id)).not.toContain('孙悟空');
  expect(await stories.eraseAllBy(ming)).toBe(0);
});

it('is finished at the next start if the states could not be dropped', async () => {
  const { stories, id, opening, models, options } = await begin();
  const forget = models.forget;
  models.forget = async () => {
    throw new UserError('storage.unreachable');
  };
  await expect(stories.erase(id, opening.id, { by: ming })).rejects.toThrow('storage.unreachable');
  await expect(stories.eraseAllBy(hong)).rejects.toThrow('storage.unreachable');
  models.forget = forget;
  const again = await Stories.open(options);
  expect(models.forgotten).toContain(opening.id);
  expect(await textOf(again, id)).not.toMatch(/云$|去也/);
});

it('holds against a backup that brings the text back: the next start erases it again', async () => {
  const { stories, id, opening, after, options, storage, models } = await begin();
  const before = await Promise.all(
    [opening, after].map(({ id: each }) => storage.store(passageKind).get(each)),
  );
  await stories.erase(id, opening.id, { by: ming });
  const erased = await stories.path(id, { last: 9 });
  await storage.write(before.map((passage) => storage.store(passageKind).put(passage!.id, passage!)));
  models.forgotten.length = 0;
  const again = await Stories.open(options);
  expect(await again.path(id, { last: 9 })).toEqual(erased);
  expect((await storage.store(passageKind).get(after.id))?.receipt).toBeUndefined();
  expect(models.forgotten).toContain(after.id);
});
