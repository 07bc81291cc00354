import { expect, it } from 'vitest';
import { type Passage, Stories } from '#stories';
import { watchedStorage } from '../fakes/watched-storage.ts';
import { drawn, hong, ming, tell, textOf } from './tell.ts';

const settings = { length: 10 };

type Session = Awaited<ReturnType<typeof begin>>;

async function begin() {
  const storage = watchedStorage();
  const { stories, models, options } = tell({ storage });
  const { id } = await stories.create('here');
  const first = await drawn(stories.continue(id, ming, { opening: '孙悟空', settings }));
  const second = await stories.write(id, hong, '去也');
  return { storage, stories, models, options, id, first, second };
}

type Acknowledge = (passage: Passage | undefined) => void;

/** What is asked of a story; passages are acknowledged as soon as they are promised. */
const deeds: Readonly<Record<string, (at: Session, acknowledge: Acknowledge) => Promise<unknown>>> = {
  write: async ({ stories, id }, acknowledge) => acknowledge(await stories.write(id, hong, '云')),
  continue: async ({ stories, id }, acknowledge) => {
    const writing = stories.continue(id, ming, { opening: '云', settings });
    acknowledge(await writing.opening);
    acknowledge(await writing.passage);
  },
  retry: async ({ stories, id, first }, acknowledge) =>
    acknowledge(await stories.retry(id, first.id, { settings }).passage),
  edit: async ({ stories, id, first }, acknowledge) =>
    acknowledge(await stories.edit(id, first.id, '不去', hong)),
  undo: ({ stories, id }) => stories.undo(id),
  rewind: ({ stories, id, first }) => stories.rewind(id, first.id),
  branch: ({ stories, id }) => stories.branch(id, 'b'),
  create: ({ stories }) => stories.create('here'),
  trash: ({ stories, id }) => stories.trash(id),
};

it.each(Object.entries(deeds))('%s can be cut off behind any record that it writes', async (_, deed) => {
  for (let changes = 0; ; changes++) {
    const session = await begin();
    const { storage, options, id, stories } = session;
    const kept = await stories.path(id, { last: 99 });
    storage.dieAfter(changes);
    const done = await deed(session, (passage) => passage && kept.push(passage)).then(
      () => true,
      () => false,
    );
    storage.revive();
    const again = await Stories.open(options);
    for (const { id: known, text } of kept) {
      const { passages } = await again.alternatives(id, known);
      expect(passages).toContainEqual(expect.objectContaining({ id: known, text }));
    }
    expect(await textOf(again, id)).toMatch(/^孙悟空/);
    // And the story goes on.
    if ((await again.get(id)).trashedAt !== undefined) await again.restore(id);
    const next = await drawn(again.continue(id, ming, { opening: '风', settings }));
    expect((await again.path(id, { last: 2 })).map(({ text }) => text)).toEqual(['风', next.text]);
    expect((await again.replay(id, next.id)).same).toBe(true);
    expect((await again.list('here')).map((story) => story.id)).toContain(id);
    if (done) break;
  }
});

it('writes a passage, then what makes it known, then the story', async () => {
  const { storage, stories, id, second } = await begin();
  storage.written.length = 0;
  const { id: made } = await stories.write(id, hong, '云');
  expect(storage.written).toEqual([`passage/${made}`, `links/${second.id}`, `story/${id}`]);
});

it('finishes an erasure that was cut off, wherever', async () => {
  for (let changes = 0; ; changes++) {
    const session = await begin();
    const { storage, options, stories, id, models } = session;
    const opening = (await stories.path(id, { last: 9 }))[0]!;
    storage.dieAfter(changes);
    const done = await stories.erase(id, opening.id, { by: ming }).then(
      () => true,
      () => false,
    );
    storage.revive();
    models.forgotten.length = 0;
    const again = await Stories.open(options);
    const path = await again.path(id, { last: 9 });
    const begun = changes > 0;
    expect(path[0]?.text).toBe(begun ? '' : '孙悟空');
    expect(path.some(({ receipt }) => receipt !== undefined)).toBe(!begun);
    if (!done && begun) expect(models.forgotten).toEqual(path.map((passage) => passage.id));
    if (done) break;
  }
});

it('finishes the removal of a story, and undoes a half import, wherever they were cut off', async () => {
  for (const what of ['sweep', 'load'] as const) {
    for (let changes = 0; ; changes++) {
      const { storage, options, stories, id } = await begin();
      let clock = 0;
      const later = new Stories({ ...options, now: () => clock });
      const file = await stories.dump(id);
      await later.trash(id);
      clock = 31 * 24 * 3600 * 1000;
      storage.dieAfter(changes);
      const deed: Promise<unknown> = what === 'sweep' ? later.sweep() : later.load(file, 'there');
      const done = await deed.then(
        () => true,
        () => false,
      );
      storage.revive();
      const again = await Stories.open({ ...options, now: () => clock });
      await again.sweep();
      const left: string[] = [];
      for (const name of ['passage', 'links', 'story', 'intent']) {
        for await (const key of storage.keys({ name })) left.push(`${name}/${key}`);
      }
      expect(await again.list('here', { trashed: true })).toEqual([]);
      const loaded = await again.list('there');
      for (const story of loaded) expect(await again.path(story.id, { last: 9 })).toHaveLength(3);
      expect(left.filter((key) => key.startsWith('passage/'))).toHaveLength(3 * loaded.length);
      expect(left.filter((key) => key.startsWith('intent/'))).toEqual([]);
      expect(left.filter((key) => key.startsWith('links/'))).toHaveLength(3 * loaded.length);
      if (done) break;
    }
  }
});

it('sweeps what a crash kept from being linked', async () => {
  const { storage, options, stories, id, first } = await begin();
  storage.dieAfter(1);
  await expect(stories.edit(id, first.id, '不去', hong)).rejects.toThrow('dead');
  storage.revive();
  const again = await Stories.open(options);
  expect((await again.alternatives(id, first.id)).passages).toHaveLength(1);
  expect(await again.sweep()).toEqual({ stories: 0, passages: 1 });
  expect(await again.sweep()).toEqual({ stories: 0, passages: 0 });
  expect(await again.path(id, { last: 9 })).toHaveLength(3);
});
