import { expect, it } from 'vitest';
import { collect, drawn, hong, ming, tell, textOf } from './tell.ts';

const settings = { length: 20 };

it('saves what a person writes before the model goes on, and what the model writes', async () => {
  const { stories, models } = tell();
  const { id } = await stories.create('here', { title: '试' });
  const writing = stories.continue(id, ming, { opening: '孙悟空', settings });
  const text = await collect(writing.text);
  const passage = await drawn(writing);
  expect(text).toBe(passage.text);
  expect(await textOf(stories, id)).toBe(`孙悟空${text}`);
  const opening = (await writing.opening)!;
  expect(passage).toMatchObject({ parent: opening.id, turn: opening.id, end: 3 + [...text].length });
  expect(passage.receipt).toMatchObject({ version: 'v1', origin: 'start', parent: opening.id, cpu: 'test' });
  expect(models.open).toBe(0);
});

it('undoes a turn once, however often it is asked to, and redoes it', async () => {
  const { stories } = tell();
  const { id } = await stories.create('here');
  await stories.write(id, hong, '起。');
  const before = await textOf(stories, id);
  const passage = await drawn(stories.continue(id, ming, { opening: '孙悟空', settings }));
  const after = await textOf(stories, id);
  const presses = await Promise.all(Array.from({ length: 100 }, () => stories.undo(id, passage.id)));
  expect(presses.filter(({ undone }) => undone)).toHaveLength(1);
  expect(await textOf(stories, id)).toBe(before);
  await stories.redo(id);
  expect(await textOf(stories, id)).toBe(after);
});

it('keeps other wordings, at any place, with what followed them', async () => {
  const { stories } = tell();
  const { id } = await stories.create('here');
  const first = await drawn(stories.continue(id, ming, { opening: '孙悟空', settings }));
  await drawn(stories.continue(id, ming, { settings }));
  await stories.write(id, hong, '去也！');
  const long = await textOf(stories, id);
  const other = await drawn(stories.retry(id, first.id, { settings }));
  expect(other.text).not.toBe(first.text);
  expect(await textOf(stories, id)).toBe(`孙悟空${other.text}`);
  expect((await stories.alternatives(id, first.id)).passages.map(({ text }) => text)).toEqual([
    first.text,
    other.text,
  ]);
  await stories.write(id, hong, '不去！');
  await stories.choose(id, first.id);
  expect(await textOf(stories, id)).toBe(long);
  expect((await stories.alternatives(id, other.id)).chosen).toBe(first.id);
  await stories.choose(id, other.id);
  expect(await textOf(stories, id)).toBe(`孙悟空${other.text}不去！`);
});

it('leads back to the end of a line that was taken back turn by turn', async () => {
  const { stories } = tell();
  const { id } = await stories.create('here');
  const turns = [];
  for (const text of '一二三') turns.push(await stories.write(id, hong, text));
  for (const { id: turn } of turns.toReversed().slice(0, 2)) await stories.undo(id, turn);
  const other = await stories.write(id, hong, '另');
  await stories.choose(id, turns[1]!.id);
  expect(await textOf(stories, id)).toBe('一二三');
  await stories.choose(id, other.id);
  expect(await textOf(stories, id)).toBe('一另');
});

it('undoes nothing by the button of a wording that another has replaced', async () => {
  const { stories } = tell();
  const { id } = await stories.create('here');
  const old = await drawn(stories.continue(id, ming, { opening: '孙悟空', settings }));
  const other = await drawn(stories.retry(id, old.id, { settings }));
  expect((await stories.undo(id, old.id)).undone).toBe(false);
  expect((await stories.undo(id, other.id)).undone).toBe(true);
  expect(await textOf(stories, id)).toBe('');
});
