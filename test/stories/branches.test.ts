import { expect, it } from 'vitest';
import { hong, tell, textOf } from './tell.ts';

async function begin() {
  const { stories } = tell();
  const { id } = await stories.create('here');
  const one = await stories.write(id, hong, '一');
  const two = await stories.write(id, hong, '二');
  return { stories, id, one, two };
}

it('lets people write on from an earlier place without losing the later', async () => {
  const { stories, id, one } = await begin();
  await stories.branch(id, '另一条路', one.id);
  await stories.write(id, hong, '三');
  expect(await textOf(stories, id)).toBe('一三');
  await stories.switch(id, 'main');
  expect(await textOf(stories, id)).toBe('一二');
  await stories.renameBranch(id, '另一条路', '路');
  await stories.switch(id, ' 路 ');
  expect(await textOf(stories, id)).toBe('一三');
  await stories.renameBranch(id, '路', '道');
  expect(await stories.get(id)).toMatchObject({ branch: '道' });
  await stories.deleteBranch(id, 'main');
  expect(Object.keys((await stories.get(id)).branches)).toEqual(['道']);
});

it('refuses what cannot be a branch', async () => {
  const { stories, id } = await begin();
  await expect(stories.branch(id, 'main')).rejects.toThrow('story.branch-exists');
  for (const name of ['', ' ', '__proto__', 'x'.repeat(41), 'a\nb']) {
    await expect(stories.branch(id, name)).rejects.toThrow('story.bad-branch');
  }
  await expect(stories.branch(id, 'b', 'nothing')).rejects.toThrow('story.no-such-passage');
  await expect(stories.switch(id, 'toString')).rejects.toThrow('story.no-branch');
  await expect(stories.deleteBranch(id, 'main')).rejects.toThrow('story.branch-in-use');
  await expect(stories.deleteBranch(id, 'b')).rejects.toThrow('story.no-branch');
  for (let index = 1; index < 100; index++) await stories.branch(id, `b${index}`);
  await expect(stories.branch(id, 'b')).rejects.toThrow('story.too-many-branches');
  await stories.branch(id, 'constructor').catch(() => {});
});

it('compares two lines behind what they share', async () => {
  const { stories, id, one, two } = await begin();
  await stories.branch(id, 'b', one.id);
  const three = await stories.write(id, hong, '三');
  const four = await stories.write(id, hong, '四');
  expect(await stories.compare(id, two.id, four.id)).toEqual({
    shared: one,
    one: [two],
    other: [three, four],
    more: { one: 0, other: 0 },
  });
  expect(await stories.compare(id, two.id, four.id, 1)).toMatchObject({
    other: [three],
    more: { one: 0, other: 1 },
  });
  expect(await stories.compare(id, one.id, four.id)).toMatchObject({ shared: one, one: [] });
  const other = await stories.edit(id, one.id, '零', hong);
  expect(await stories.compare(id, other.id, four.id)).toMatchObject({ shared: null, one: [other] });
});

it('refuses passages of other stories', async () => {
  const { stories, id } = await begin();
  const there = await stories.create('there');
  const foreign = await stories.write(there.id, hong, '云');
  for (const refused of [
    stories.choose(id, foreign.id),
    stories.undo(id, foreign.id),
    stories.rewind(id, foreign.id),
    stories.edit(id, foreign.id, '山', hong),
    stories.retry(id, foreign.id).passage,
    stories.branch(id, 'b', foreign.id),
    stories.alternatives(id, foreign.id),
  ]) {
    await expect(refused).rejects.toThrow('story.no-such-passage');
  }
});

it('goes back to an earlier place, and by redo to where it was', async () => {
  const { stories, id, one, two } = await begin();
  expect((await stories.rewind(id, one.id)).head?.id).toBe(one.id);
  expect((await stories.redo(id)).head?.id).toBe(two.id);
  expect((await stories.rewind(id, null)).head).toBeNull();
  await expect(stories.undo(id)).rejects.toThrow('story.nothing-to-undo');
  expect((await stories.redo(id)).head?.id).toBe(two.id);
  await expect(stories.redo(id)).rejects.toThrow('story.nothing-to-redo');
  await stories.rewind(id, one.id);
  await expect(stories.rewind(id, two.id)).rejects.toThrow('story.no-such-passage');
  await stories.write(id, hong, '三');
  await expect(stories.redo(id)).rejects.toThrow('story.nothing-to-redo');
});

it('brings back what an edit replaced when the edit is undone', async () => {
  const { stories, id, one, two } = await begin();
  const edited = await stories.edit(id, one.id, '壹', hong);
  expect(await textOf(stories, id)).toBe('壹');
  await stories.undo(id, edited.id);
  expect((await stories.path(id, { last: 9 })).map((passage) => passage.id)).toEqual([one.id, two.id]);
  expect((await stories.undo(id, edited.id)).undone).toBe(false);
  await stories.redo(id);
  expect(await textOf(stories, id)).toBe('壹');
});

it('has nothing to write another way where a person wrote last', async () => {
  const { stories, id } = await begin();
  await expect(stories.retry(id).passage).rejects.toThrow('story.nothing-to-retry');
  const empty = await stories.create('here');
  await expect(stories.retry(empty.id).passage).rejects.toThrow('story.nothing-to-retry');
});
