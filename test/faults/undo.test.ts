import { expect, it } from 'vitest';
import { makePlace } from './place.ts';
import { lineOf, ming, open, tellStory } from './telling.ts';

it('a hundred presses of one undo at once take back one turn, whatever else is pressed meanwhile', async () => {
  const { config } = await makePlace();
  let line: string[];
  let id: string;
  {
    await using core = await open(config);
    const { stories } = core;
    id = await tellStory(stories, 'here', 3);
    const [, , , second, , third] = await lineOf(stories, id);
    const presses = await Promise.all(Array.from({ length: 100 }, () => stories.undo(id, third!.id)));
    expect(presses.filter(({ undone }) => undone)).toHaveLength(1);
    for (const { head } of presses) expect(head?.id).toBe(second!.id);
    expect(await lineOf(stories, id)).toHaveLength(4);

    // Between presses somebody writes: what came later is not undone by a press that meant something else.
    const mixed = await Promise.all(
      Array.from({ length: 100 }, async (_, n) => {
        if (n === 50) await stories.write(id, ming, '去也！');
        return (await stories.undo(id, second!.id)).undone;
      }),
    );
    expect(mixed.filter(Boolean)).toHaveLength(1);
    line = (await lineOf(stories, id)).map(({ text }) => text);
    expect(line).toHaveLength(3);
    expect(line.at(-1)).toBe('去也！');
  }
  await using core = await open(config);
  expect((await lineOf(core.stories, id)).map(({ text }) => text)).toEqual(line);
});

it('a hundred presses of an undo that names nothing take back a hundred turns, down to the start and no further', async () => {
  const { config } = await makePlace();
  await using core = await open(config);
  const { stories } = core;
  const id = await tellStory(stories, 'here', 4);
  const presses = await Promise.allSettled(Array.from({ length: 100 }, () => stories.undo(id)));
  expect(presses.filter(({ status }) => status === 'fulfilled')).toHaveLength(4);
  for (const press of presses)
    if (press.status === 'rejected') expect(press.reason).toMatchObject({ code: 'story.nothing-to-undo' });
  const back = await Promise.allSettled(Array.from({ length: 100 }, () => stories.redo(id)));
  expect(back.filter(({ status }) => status === 'fulfilled')).toHaveLength(4);
  expect(await lineOf(stories, id)).toHaveLength(8);
});
