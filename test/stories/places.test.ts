import { expect, it } from 'vitest';
import { Stories, TRASH_KEPT } from '#stories';
import { drawn, hong, ming, tell, textOf } from './tell.ts';

it('keeps the stories of a place, and at which it is', async () => {
  const { stories } = tell();
  expect(await stories.current('here')).toBeUndefined();
  const one = await stories.create('here', { title: ' 西游 ' });
  const two = await stories.create('here');
  await stories.create('there');
  expect(one.title).toBe('西游');
  expect((await stories.list('here')).map(({ id }) => id)).toEqual([one.id, two.id]);
  expect((await stories.current('here'))?.id).toBe(two.id);
  await stories.setCurrent('here', one.id);
  expect((await stories.current('here'))?.id).toBe(one.id);
  await expect(stories.setCurrent('there', one.id)).rejects.toThrow('story.not-found');
  await expect(stories.get('nothing')).rejects.toThrow('story.not-found');
  expect((await stories.rename(one.id, '東遊')).title).toBe('東遊');
  await expect(stories.rename(one.id, '\n')).rejects.toThrow('story.bad-title');
});

it('loses no story of a place when several are begun at once', async () => {
  const { stories } = tell();
  await Promise.all(Array.from({ length: 20 }, () => stories.create('here')));
  expect(await stories.list('here')).toHaveLength(20);
});

it('writes with the line that a place has chosen', async () => {
  const { stories, models } = tell();
  models.versions.set('斗罗', ['w1']);
  const { id } = await stories.create('here');
  expect((await stories.get(id)).line).toBe('starter');
  await stories.setLine('here', '斗罗');
  expect(await stories.place('here')).toEqual({ settings: {}, line: '斗罗' });
  const passage = await drawn(stories.continue(id, ming, { settings: { length: 5 } }));
  expect(passage.receipt).toMatchObject({ line: '斗罗', version: 'w1' });
  expect((await stories.create('here')).line).toBe('斗罗');
  expect((await stories.create('here', { line: 'starter' })).line).toBe('starter');
  await expect(stories.setLine('here', 'nothing')).rejects.toThrow('registry.no-line');
  await stories.setLine('nowhere yet', '斗罗');
  expect((await stories.create('nowhere yet')).line).toBe('斗罗');
});

it('reads from a new origin under a new version, and from the old under the old', async () => {
  const { stories, models } = tell();
  const { id } = await stories.create('here');
  for (let index = 0; index < 3; index++) {
    await drawn(stories.continue(id, ming, { settings: { length: 1000 } }));
  }
  models.versions.set('starter', ['v1', 'v2']);
  const path = await stories.path(id, { last: 9 });
  const passage = await drawn(stories.continue(id, ming, { settings: { length: 10 } }));
  const origin = `${path[0]!.id}+${path[2]!.end - 2048}`;
  expect(passage.receipt).toMatchObject({ version: 'v2', origin });
  models.versions.set('starter', ['v2', 'v1']);
  const back = await drawn(stories.continue(id, ming, { settings: { length: 10 } }));
  expect(back.receipt).toMatchObject({ version: 'v1', origin: 'start' });
});

it('trashes a story, takes it back, and removes it after 30 days', async () => {
  const told = tell();
  let clock = 1;
  const stories = new Stories({ ...told.options, now: () => clock });
  const { id } = await stories.create('here');
  const kept = await stories.create('here');
  const passage = await drawn(stories.continue(id, ming, { opening: '孙悟空', settings: { length: 5 } }));
  await stories.setCurrent('here', id);
  await stories.trash(id);
  expect(await stories.current('here')).toBeUndefined();
  expect((await stories.list('here')).map((story) => story.id)).toEqual([kept.id]);
  expect((await stories.list('here', { trashed: true })).map((story) => story.id)).toEqual([id]);
  for (const refused of [
    stories.write(id, hong, '云'),
    stories.undo(id),
    stories.continue(id, ming).passage,
    stories.setCurrent('here', id),
  ]) {
    await expect(refused).rejects.toThrow('story.trashed');
  }
  await stories.restore(id);
  expect((await stories.current('here'))?.id).toBe(id);
  expect(await textOf(stories, id)).toBe(`孙悟空${passage.text}`);

  await stories.trash(id);
  clock += TRASH_KEPT - 1;
  expect(await stories.sweep()).toEqual({ stories: 0, passages: 0 });
  clock += 1;
  expect(await stories.sweep()).toEqual({ stories: 1, passages: 0 });
  await expect(stories.get(id)).rejects.toThrow('story.not-found');
  expect(told.models.forgotten).toContain(passage.id);
  expect(await stories.list('here', { trashed: true })).toEqual([]);
  expect(await stories.list('here')).toHaveLength(1);
});

it('remembers names of a story, and forgets them by number or name', async () => {
  const { stories } = tell();
  const { id } = await stories.create('here');
  await stories.remember(id, ' 林小满 ');
  await stories.remember(id, '萧炎');
  await stories.remember(id, '林小满');
  expect(await stories.names(id)).toEqual([
    { id: 1, name: '林小满' },
    { id: 2, name: '萧炎' },
  ]);
  await expect(stories.forgetName(id, 3)).rejects.toThrow('story.no-such-name');
  await expect(stories.forgetName(id, '谁')).rejects.toThrow('story.no-such-name');
  await stories.forgetName(id, 1);
  expect(await stories.forgetName(id, '萧炎')).toEqual([]);
  for (let index = 0; index < 20; index++) await stories.remember(id, `名${index}`);
  await expect(stories.remember(id, '再')).rejects.toThrow('story.too-many-names {"maximum":20}');
  await expect(stories.remember(id, '林 小满')).rejects.toThrow('story.bad-name');
});
