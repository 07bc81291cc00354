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

it('takes in whatever anybody may ask for, and drops a receipt that asks for more', async () => {
  const { stories, id } = await begin();
  const file = await stories.dump(id);
  const replaced = async (change: (receipt: Filed) => object) => {
    const passages = file.passages.map(({ receipt, ...rest }) => ({
      ...rest,
      ...(receipt && { receipt: { ...receipt, ...change(receipt) } }),
    }));
    const loaded = await stories.load({ ...file, passages }, 'there');
    return (await stories.dump(loaded.id)).passages.filter(({ receipt }) => receipt).length;
  };
  type Filed = NonNullable<StoryFile['passages'][number]['receipt']>;
  const withSettings = (settings: object) =>
    replaced((receipt) => ({ settings: { ...(receipt.settings as object), ...settings } }));
  const all = await replaced(() => ({}));
  expect(all).toBe(2);
  const most = {
    ...{ temperature: 2, paragraphTemperature: 2, length: 10_000, topK: 100_000, topP: 1, minP: 1 },
    ...{ repetition: 10, cache: 1, banned: Array(100).fill('云'.repeat(40)) },
    remembered: Array(20).fill('𠮷'.repeat(12)),
  };
  expect(await withSettings(most)).toBe(all);
  for (const [name, most] of Object.entries({
    ...{ temperature: 2, paragraphTemperature: 2, length: 10_000, topK: 100_000, topP: 1, minP: 1 },
    ...{ repetition: 10, cache: 1 },
  })) {
    expect(await withSettings({ [name]: most * 1.01 })).toBe(0);
    expect(await withSettings({ [name]: -1 })).toBe(0);
  }
  for (const phrases of [Array(101).fill('云'), ['云'.repeat(41)], ['']]) {
    expect(await withSettings({ banned: phrases })).toBe(0);
    expect(await withSettings({ remembered: phrases })).toBe(0);
  }
  for (const seed of [-1, 0.5, 2 ** 32]) expect(await replaced(() => ({ seed }))).toBe(0);
  for (const origin of ['nothing+1', '+1', `${id}`]) expect(await replaced(() => ({ origin }))).toBe(0);
});

it('counts characters, whatever they take, and goes on behind them', async () => {
  const { stories } = tell();
  const { id } = await stories.create('here');
  await stories.write(id, ming, '𠮷野家👨‍👩‍👧');
  const { end } = await stories.write(id, ming, '𠮷');
  expect(end).toBe(9);
  const { id: copy } = await stories.load(await stories.dump(id), 'there');
  expect((await stories.path(copy, { last: 2 })).map((passage) => passage.end)).toEqual([8, 9]);
  const next = await drawn(stories.continue(copy, ming, { settings }));
  expect(next.end).toBe(9 + [...next.text].length);
  expect((await stories.replay(copy, next.id)).same).toBe(true);
});

it('takes in a story whose start has a hundred thousand wordings', async () => {
  const { stories } = tell();
  const ids = Array.from({ length: 100_000 }, (_, index) => `p${index}`);
  const passages = ids.map((id) => ({
    ...{ id, parent: null, turn: id, author: { kind: 'model' as const }, text: '云', at: 1 },
  }));
  const { id } = await stories.create('here');
  const file = { ...(await stories.dump(id)), id: 's', branches: { main: 'p9' }, passages };
  const loaded = await stories.load(file, 'there');
  const head = (await stories.path(loaded.id, { last: 1 }))[0]!;
  expect((await stories.alternatives(loaded.id, head.id)).passages).toHaveLength(100_000);
});
