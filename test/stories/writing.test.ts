import { expect, it } from 'vitest';
import { UserError } from '#errors';
import { defaultSettings } from '#generation';
import { memoryStorage } from '../fakes/memory-storage.ts';
import { Storyteller } from '../fakes/storyteller.ts';
import { collect, drawn, hong, ming, tell, textOf } from './tell.ts';

const settings = { length: 20 };

/** A model that waits before each passage until it is let go on. */
function heldUp() {
  const models = new Storyteller();
  const gates: (() => void)[] = [];
  models.beforePiece = (_, piece) =>
    piece === 0 ? new Promise<void>((resolve) => gates.push(resolve)) : undefined;
  const begun = async (count: number) => {
    while (gates.length < count) await Promise.resolve();
  };
  return { models, gates, begun };
}

it('keeps what a person wrote even if the model then fails', async () => {
  const { stories, models } = tell();
  const { id } = await stories.create('here');
  models.beforePiece = (_, piece) => {
    if (piece === 2) throw new UserError('generation.busy');
  };
  const writing = stories.continue(id, ming, { opening: '孙悟空', settings });
  await expect(collect(writing.text)).rejects.toThrow('generation.busy');
  await expect(writing.passage).rejects.toThrow('generation.busy');
  expect((await writing.opening)?.text).toBe('孙悟空');
  expect(await textOf(stories, id)).toBe('孙悟空');
  expect(models.open).toBe(0);
});

it('tells that an opening is saved before the model begins', async () => {
  const { models, begun, gates } = heldUp();
  const { stories } = tell({ models });
  const { id } = await stories.create('here');
  const writing = stories.continue(id, ming, { opening: '孙悟空', settings });
  expect((await writing.opening)?.text).toBe('孙悟空');
  await begun(1);
  expect(await textOf(stories, id)).toBe('孙悟空');
  gates[0]!();
  await writing.passage;
});

it('draws a passage to its end and saves it when nobody reads it', async () => {
  const { stories } = tell();
  const { id } = await stories.create('here');
  const unread = await drawn(stories.continue(id, ming, { opening: '一', settings }));
  const left = stories.continue(id, ming, { settings });
  for await (const _ of left.text) break;
  const end = (await drawn(left)).text;
  expect(await textOf(stories, id)).toBe(`一${unread.text}${end}`);
});

it('keeps what is there when a person stops it, and nothing if nothing was drawn', async () => {
  const { stories, models } = tell();
  const { id } = await stories.create('here');
  const stop = new AbortController();
  models.beforePiece = (_, piece) => {
    if (piece === 2) stop.abort();
  };
  const opened = { opening: '孙悟空', settings, signal: stop.signal };
  const stopped = await drawn(stories.continue(id, ming, opened));
  expect([...stopped.text]).toHaveLength(10);
  expect(stopped.receipt?.stopped).toBe(true);
  expect(await textOf(stories, id)).toBe(`孙悟空${stopped.text}`);

  const none = stories.continue(id, ming, { opening: '去也', settings, signal: AbortSignal.abort() });
  expect(await none.passage).toBeUndefined();
  expect(models.orders).toHaveLength(1);
  expect(await collect(none.text)).toBe('');
  expect(await textOf(stories, id)).toBe(`孙悟空${stopped.text}去也`);

  const before = new AbortController();
  models.beforePiece = () => before.abort();
  expect(await stories.retry(id, stopped.id, { signal: before.signal }).passage).toBeUndefined();
  expect(await textOf(stories, id)).toBe(`孙悟空${stopped.text}去也`);
});

it('serves two at once in order of arrival, and the second sees the text of the first', async () => {
  const { models, begun, gates } = heldUp();
  const { stories } = tell({ models });
  const { id } = await stories.create('here');
  const first = stories.continue(id, ming, { opening: '孙悟空', settings });
  const second = stories.continue(id, hong, { opening: '去也', settings });
  const third = stories.write(id, hong, '云');
  await begun(1);
  expect(models.orders).toHaveLength(1);
  gates[0]!();
  const text = (await drawn(first)).text;
  await begun(2);
  expect(models.orders[1]?.reading.recent).toBe(`孙悟空${text}去也`);
  gates[1]!();
  const end = (await drawn(second)).text;
  await third;
  expect(await textOf(stories, id)).toBe(`孙悟空${text}去也${end}云`);
});

it('holds up no other story, and goes on behind one that failed', async () => {
  const { models, begun, gates } = heldUp();
  const { stories } = tell({ models });
  const one = await stories.create('here');
  const other = await stories.create('there');
  const waiting = stories.continue(one.id, ming, { settings });
  await begun(1);
  await stories.write(other.id, hong, '云');
  const failing = stories.write(one.id, hong, ' ');
  const next = stories.write(one.id, hong, '去也');
  gates[0]!();
  await waiting.passage;
  await expect(failing).rejects.toThrow('story.empty-text');
  await next;
  expect(await textOf(stories, one.id)).toMatch(/去也$/);
});

it('says that nothing counts when the disk is full, and goes on when it is not', async () => {
  const storage = memoryStorage();
  const { stories } = tell({ storage });
  const { id } = await stories.create('here');
  await stories.write(id, ming, '一');
  storage.failNext(new UserError('storage.disk-full'));
  await expect(stories.write(id, ming, '二')).rejects.toThrow('storage.disk-full');
  expect(await textOf(stories, id)).toBe('一');
  const writing = stories.continue(id, ming, { settings });
  storage.failNext(new UserError('storage.disk-full'));
  await expect(collect(writing.text)).rejects.toThrow('storage.disk-full');
  expect(await textOf(stories, id)).toBe('一');
  await stories.write(id, ming, '三');
  expect(await textOf(stories, id)).toBe('一三');
});

it('begins with a beginning that the model has read, where there is nothing', async () => {
  const { stories } = tell();
  const { id } = await stories.create('here');
  expect((await drawn(stories.continue(id, ming, { settings }))).text).toMatch(/^云山/);
});

it('keeps how surprised the model was by what people wrote, each passage once', async () => {
  const { stories, models } = tell();
  const { id } = await stories.create('here');
  await stories.write(id, hong, '云山');
  await drawn(stories.continue(id, ming, { opening: '孙悟空', settings }));
  expect(models.orders[0]?.measure).toHaveLength(2);
  await drawn(stories.continue(id, ming, { settings }));
  expect(models.orders[1]?.measure).toEqual([]);
  const bits = (await stories.path(id, { last: 9 })).map((passage) => passage.bits);
  expect(bits).toEqual([4, 4, undefined, undefined]);
});

it('takes settings from what is asked for, else from the place, else the usual ones', async () => {
  const { stories, models } = tell();
  const { id } = await stories.create('here');
  await stories.setSettings('here', { temperature: 1.2, length: 7 });
  await stories.remember(id, '林小满');
  await stories.remember(id, '林小满');
  const passage = await drawn(stories.continue(id, ming, { settings: { length: 9, minP: undefined } }));
  expect(models.orders[0]?.settings).toEqual({
    ...defaultSettings,
    temperature: 1.2,
    length: 9,
    remembered: ['林小满'],
  });
  expect(passage.receipt?.settings).toEqual(models.orders[0]?.settings);
});

it('shows what is drawn in the script and the quotation marks of the reader, and keeps it as drawn', async () => {
  const models = new Storyteller();
  models.script = 'simplified';
  const { stories } = tell({ models });
  const { id } = await stories.create('here');
  const shown = stories.continue(id, ming, {
    opening: '雲山',
    settings: { length: 200 },
    show: { script: 'traditional' },
  });
  expect(models.orders).toEqual([]);
  const text = await collect(shown.text);
  const kept = (await drawn(shown)).text;
  expect(kept).toMatch(/[风剑声]/);
  expect(text).not.toMatch(/[风剑声]/);
  expect([...text]).toHaveLength([...kept].length);
  expect(models.orders[0]?.reading.segments[0]?.text).toBe('云山');
  expect((await stories.path(id, { last: 9 }))[0]?.text).toBe('雲山');
});
