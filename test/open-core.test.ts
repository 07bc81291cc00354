import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, it, onTestFinished, vi } from 'vitest';
import { writeCheckpoint } from '#lstm';
import { holdData, restore } from '#storage';
import { storyKind } from '#stories';
import { openCore } from '../src/open-core.ts';
import { madeModel } from './fakes/made-model.ts';

it('empties the trash of what has been there for 30 days, in the background', async () => {
  const data = mkdtempSync(path.join(tmpdir(), 'xuxie-core-'));
  onTestFinished(() => rmSync(data, { recursive: true }));
  const model = path.join(data, 'model.safetensors');
  writeCheckpoint(model, madeModel('孙悟空听了。\n'));
  const ids = await (async () => {
    await using core = await openCore({ data, model });
    const [old, recent] = [await core.stories.create('here'), await core.stories.create('here')];
    await core.stories.trash(recent.id);
    const trashed = { ...old, trashedAt: Date.now() - 31 * 24 * 60 * 60 * 1000 };
    await core.storage.write([core.storage.store(storyKind).put(old.id, trashed)]);
    return { old: old.id, recent: recent.id };
  })();
  await using core = await openCore({ data, model });
  await vi.waitFor(async () => {
    const left = await core.stories.list('here', { trashed: true });
    expect(left.map(({ id }) => id)).toEqual([ids.recent]);
  });
});

it('tells of a restore that it takes at its start', async () => {
  const data = mkdtempSync(path.join(tmpdir(), 'xuxie-core-'));
  onTestFinished(() => rmSync(data, { recursive: true }));
  const model = path.join(data, 'model.safetensors');
  writeCheckpoint(model, madeModel('孙悟空听了。\n'));
  await (await openCore({ data, model }))[Symbol.asyncDispose]();
  const backup = path.join(data, 'backup.db');
  copyFileSync(path.join(data, 'xuxie.db'), backup);
  {
    using _ = holdData(data);
    await restore(backup, data);
  }
  const onRemark = vi.fn();
  await using _core = await openCore({ data, model }, { onRemark });
  expect(onRemark).toHaveBeenCalledExactlyOnceWith(
    expect.objectContaining({
      code: 'storage.restored',
      params: { previous: expect.stringContaining('backups') },
    }),
  );
});
