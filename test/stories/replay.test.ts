import { expect, it } from 'vitest';
import { UserError } from '#errors';
import { passageKind, Stories } from '#stories';
import { drawn, hong, ming, tell } from './tell.ts';

const settings = { length: 400 };

it('writes the same once more, wherever a passage stands, also when every state is lost', async () => {
  const { stories, models } = tell();
  const { id } = await stories.create('here');
  const passages = [];
  for (let index = 0; index < 30; index++) {
    passages.push(await drawn(stories.continue(id, ming, { opening: '孙悟空', settings })));
  }
  // The origin is 12,000 characters back.
  expect(passages.at(-1)?.receipt?.origin).toBe('start');
  for (const passage of passages) {
    expect(await stories.replay(id, passage.id)).toMatchObject({ same: true, text: passage.text });
  }
  models.loseStates();
  for (const passage of passages.filter((_, index) => index % 7 === 0)) {
    const { elsewhere, ...replay } = await stories.replay(id, passage.id);
    expect(replay).toMatchObject({ same: true, expected: passage.text, text: passage.text });
    expect(elsewhere).toBeUndefined();
  }
});

it('keeps nothing of what it writes', async () => {
  const { stories, models } = tell();
  const { id } = await stories.create('here');
  const passage = await drawn(stories.continue(id, ming, { opening: '孙悟空', settings }));
  const before = await stories.dump(id);
  await stories.replay(id, passage.id);
  expect(await stories.dump(id)).toEqual(before);
  expect(models.orders.at(-1)).toMatchObject({ keep: false, seed: passage.receipt?.seed });
  expect(models.orders.at(-1)?.passage).not.toBe(passage.id);
  expect(models.open).toBe(0);
});

it('uses the version, the line, the settings and the names of the receipt, not those of today', async () => {
  const { stories, models } = tell();
  models.versions.set('other', ['w1']);
  const { id } = await stories.create('here');
  await stories.remember(id, '林小满');
  const passage = await drawn(stories.continue(id, ming, { opening: '孙悟空', settings }));
  const old = await drawn(stories.continue(id, ming, { settings }));
  await stories.forgetName(id, 1);
  models.versions.set('starter', ['v1', 'v22']);
  await drawn(stories.continue(id, ming, { settings }));
  await stories.setLine('here', 'other');
  await stories.setSettings('here', { temperature: 2 });
  for (const each of [passage, old]) expect((await stories.replay(id, each.id)).same).toBe(true);
  expect(models.orders.at(-1)?.settings).toMatchObject({ remembered: ['林小满'] });
});

it('compares a passage that was stopped as far as it goes', async () => {
  const { stories, models } = tell();
  const { id } = await stories.create('here');
  const stop = new AbortController();
  models.beforePiece = (_, piece) => {
    if (piece === 3) stop.abort();
  };
  const opened = { opening: '孙悟空', settings, signal: stop.signal };
  const passage = await drawn(stories.continue(id, ming, opened));
  models.beforePiece = () => {};
  const replay = await stories.replay(id, passage.id);
  expect(replay.same).toBe(true);
  expect([...replay.text].length).toBeGreaterThan([...replay.expected].length);
});

it('says where it differs and what keeps it from being written', async () => {
  const { stories, models } = tell();
  const { id } = await stories.create('here');
  const typed = await stories.write(id, hong, '去也');
  const passage = await drawn(stories.continue(id, ming, { settings }));
  models.arithmetic = { cpu: 'another', runtime: '1' };
  expect(await stories.replay(id, passage.id)).toMatchObject({
    same: true,
    elsewhere: { cpu: 'another', runtime: '1' },
    receipt: { cpu: 'test' },
  });
  await expect(stories.replay(id, typed.id)).rejects.toThrow('story.no-receipt');
  await expect(stories.replay(id, 'nothing')).rejects.toThrow('story.no-such-passage');
  models.versions.set('starter', ['v2']);
  await expect(stories.replay(id, passage.id)).rejects.toThrow(
    'story.replay-version-gone {"line":"starter","version":"v1"}',
  );
  models.versions.delete('starter');
  await expect(stories.replay(id, passage.id)).rejects.toThrow('story.replay-version-gone');
});

it('says that a version is gone whose line or name nothing here can have', async () => {
  const { stories, models } = tell();
  const { id } = await stories.create('here');
  const passage = await drawn(stories.continue(id, ming, { settings }));
  for (const code of ['bad-line-name', 'ambiguous-version', 'no-line', 'no-version'])
    await replaced(models, new UserError(`registry.${code}`), 'story.replay-version-gone');
  await replaced(models, new UserError('registry.damaged-version'), 'registry.damaged-version');

  async function replaced(of: typeof models, error: UserError, expected: string) {
    of.acquire = async () => {
      throw error;
    };
    await expect(stories.replay(id, passage.id)).rejects.toThrow(expected);
  }
});

it('gives the reason where a text was lost, once that makes a difference', async () => {
  const { stories, models, options, storage } = tell();
  const { id } = await stories.create('here');
  const { id: lost } = await stories.write(id, ming, '孙悟空');
  await stories.write(id, ming, '去也');
  const passage = await drawn(stories.continue(id, ming, { settings }));
  await storage.write([storage.store(passageKind).drop(lost)]);
  const again = await Stories.open(options, { mend: true });
  // The state behind the text that follows it is still there.
  expect((await again.replay(id, passage.id)).same).toBe(true);
  models.loseStates();
  await expect(again.replay(id, passage.id)).rejects.toThrow('story.replay-text-lost');
  const next = await drawn(again.continue(id, ming, { settings }));
  models.loseStates();
  expect((await again.replay(id, next.id)).same).toBe(true);
});
