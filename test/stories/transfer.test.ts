import { expect, it } from 'vitest';
import { parseStoryFile, type StoryFile, writeStoryFile } from '#books';
import { drawn, hong, ming, tell, textOf } from './tell.ts';

const settings = { length: 10 };

async function begin() {
  const told = tell();
  const { stories } = told;
  const { id } = await stories.create('here', { title: '西游' });
  await stories.remember(id, '孙悟空');
  const first = await drawn(stories.continue(id, ming, { opening: '孙悟空', settings }));
  await stories.write(id, hong, '去也');
  await drawn(stories.retry(id, first.id, { settings }));
  const edited = await stories.edit(id, first.id, '不去', hong);
  await stories.branch(id, '另');
  const erased = await stories.write(id, ming, '云');
  await stories.erase(id, erased.id, { by: ming });
  await stories.write(id, hong, '月');
  return { ...told, id, first, edited };
}

/** A story file without its ids: where two stories are the same, so are these. */
function withoutIds(file: StoryFile): unknown {
  const numbers = new Map<string, string>([
    [file.id, 's'],
    ...file.passages.map(({ id }, n) => [id, `p${n}`] as const),
  ]);
  const text = JSON.stringify(file).replaceAll(
    /"(n\d+)((?:\+\d+)?)"/g,
    (_, id, rest) => `"${numbers.get(id)}${rest}"`,
  );
  return JSON.parse(text);
}

it('brings a story to a file and back, with its tree, branches, receipts and tombstones', async () => {
  const { stories, id } = await begin();
  const file = await stories.dump(id);
  expect(file.passages).toHaveLength(7);
  const read = parseStoryFile(writeStoryFile(file));
  const loaded = await stories.load(read, 'there');
  expect(loaded.id).not.toBe(id);
  expect((await stories.current('there'))?.id).toBe(loaded.id);
  expect(withoutIds(await stories.dump(loaded.id))).toEqual(withoutIds(file));
  expect(await textOf(stories, loaded.id)).toBe(await textOf(stories, id));
});

it('goes on with what was brought in as with what was written there', async () => {
  const { stories, id, first } = await begin();
  const { id: copy } = await stories.load(await stories.dump(id), 'there');
  await stories.switch(copy, 'main');
  const edited = (await stories.path(copy, { last: 1 }))[0]!;
  const { passages, chosen } = await stories.alternatives(copy, edited.id);
  expect(passages).toHaveLength(3);
  expect(chosen).toBe(edited.id);
  await stories.choose(copy, passages[0]!.id);
  expect(await textOf(stories, copy)).toBe(`孙悟空${first.text}去也`);
  expect(await stories.replay(copy, passages[0]!.id)).toMatchObject({ same: true, expected: first.text });
  const next = await drawn(stories.continue(copy, ming, { settings }));
  expect((await stories.replay(copy, next.id)).same).toBe(true);
  await stories.choose(copy, edited.id);
  await stories.undo(copy, edited.id);
  expect(await textOf(stories, copy)).toBe(`孙悟空${first.text}去也${next.text}`);
});

it('drops a receipt that it cannot read, and refuses names that a story cannot have', async () => {
  const { stories, id } = await begin();
  const file = await stories.dump(id);
  const odd: StoryFile = {
    ...file,
    passages: file.passages.map((passage) =>
      passage.receipt
        ? { ...passage, receipt: { ...passage.receipt, settings: { temperature: 'hot' } } }
        : passage,
    ),
  };
  const loaded = await stories.load(odd, 'there');
  const { passages } = await stories.dump(loaded.id);
  expect(passages.filter(({ receipt }) => receipt)).toEqual([]);
  await expect(stories.load({ ...file, title: 'x'.repeat(101) }, 'there')).rejects.toThrow('story.bad-title');
  await expect(stories.load({ ...file, branches: { '': null } }, 'there')).rejects.toThrow(
    'story.bad-branch',
  );
  expect(await stories.list('there')).toHaveLength(1);
});

it('replays what was read from the middle of a story that was brought in', async () => {
  const { stories, models } = tell();
  const { id } = await stories.create('here');
  await stories.write(id, ming, '云'.repeat(3000));
  await drawn(stories.continue(id, ming, { settings }));
  const { id: copy } = await stories.load(await stories.dump(id), 'there');
  const passage = (await stories.path(copy, { last: 1 }))[0]!;
  expect(passage.receipt?.origin).toBe(`${passage.parent}+952`);
  models.loseStates();
  expect((await stories.replay(copy, passage.id)).same).toBe(true);
});
