import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { copyData, legible, readKept, treeProblems } from './kept.ts';
import { makePlace, temporaryFolder } from './place.ts';
import { start } from './start.ts';
import { StatesCheck } from './states.ts';
import { lineOf, ming, open, outcome } from './telling.ts';

const WRITERS = 3;
const BACKUPS = 5;

it('backups made while people write hold all that was acknowledged before, and are whole', async () => {
  const { config } = await makePlace();
  await using core = await open(config);
  const { stories } = core;
  const acknowledged = new Map<string, string>();
  let stopped = false;
  const write = async (writer: number) => {
    const { id } = await stories.create(`place-${writer}`);
    for (let n = 0; !stopped; n++) {
      const opening = `第${writer}人的第${n}段，孙悟空听了。`;
      const written = await outcome(stories.continue(id, ming, { opening, settings: { length: 15 } }));
      expect(written.refusal).toBeUndefined();
      for (const passage of written.acknowledged) acknowledged.set(passage.id, passage.text);
    }
  };
  const writing = Promise.all(Array.from({ length: WRITERS }, (_, writer) => write(writer)));
  const counts: number[] = [];
  for (let n = 0; n < BACKUPS; n++) {
    const before = new Map(acknowledged);
    const backup = start('scripts/backup.ts', config);
    expect(await backup.ended, backup.errors).toBe(0);
    const file = /to (\S+\.db) and checked/.exec(backup.output)![1]!;
    const data = path.join(temporaryFolder(), 'data');
    copyData(path.dirname(file), data);
    const kept = await readKept({ ...config, data }, path.basename(file));
    expect(treeProblems(kept)).toEqual([]);
    for (const [id, text] of before) expect(kept.passages.get(id)?.text).toBe(text);
    counts.push(kept.passages.size);
  }
  stopped = true;
  await writing;
  expect(counts.at(-1)).toBeGreaterThan(counts[0]!);
  console.log(JSON.stringify({ backups: counts, acknowledged: acknowledged.size }));
});

it('a restore while it runs waits for the next start; what was erased since stays erased, states fit', async () => {
  const place = await makePlace();
  const { config } = place;
  let id: string;
  let backedUp: string[];
  let erased: { readonly id: string; readonly text: string };
  {
    await using core = await open(config);
    const { stories } = core;
    ({ id } = await stories.create('here'));
    for (let turn = 0; turn < 4; turn++) {
      const opening = `这是第${turn}段，后来才有人要抹去。`;
      await stories.continue(id, ming, { opening, settings: { length: 400 } }).passage;
    }
    const line = await lineOf(stories, id);
    backedUp = line.map((passage) => passage.id);
    const backup = start('scripts/backup.ts', config);
    expect(await backup.ended, backup.errors).toBe(0);
    const [file] = readdirSync(path.join(config.data, 'backups'));
    // Behind the backup: something new, and something taken back.
    await stories.continue(id, ming, { opening: '备份以后的一段。', settings: { length: 20 } }).passage;
    erased = line[2]!;
    await stories.erase(id, erased.id, { by: ming });
    await stories.continue(id, ming, { opening: '抹去以后的一段。', settings: { length: 20 } }).passage;

    const restore = start('scripts/restore.ts', config, path.join(config.data, 'backups', file!));
    expect(await restore.ended, restore.errors).toBe(0);
    expect(restore.output).toContain('laid ready: it is taken at the next start');
    expect(existsSync(path.join(config.data, 'restore.db'))).toBe(true);
    // Nothing has changed for those who write.
    const more = await outcome(stories.continue(id, ming, { opening: '还在写。', settings: { length: 20 } }));
    expect(more.acknowledged).toHaveLength(2);
  }
  {
    await using core = await open(config);
    const { stories } = core;
    expect(core.remarks).toMatchObject([{ code: 'storage.restored' }]);
    const line = await lineOf(stories, id);
    expect(line.map((passage) => passage.id)).toEqual(backedUp);
    expect(line.find((passage) => passage.id === erased.id)).toMatchObject({ text: '', erased: true });
    expect(line.slice(3).every(({ receipt }) => receipt === undefined)).toBe(true);
    expect(legible(config.data, [erased.text])).toEqual([]);
    const more = await outcome(stories.continue(id, ming, { opening: '又写。', settings: { length: 20 } }));
    expect(more.acknowledged).toHaveLength(2);
    expect((await stories.replay(id, more.acknowledged[1]!.id)).same).toBe(true);
  }
  expect(existsSync(path.join(config.data, 'restore.db'))).toBe(false);
  const kept = await readKept(config);
  expect(treeProblems(kept)).toEqual([]);
  await using states = await StatesCheck.open(place);
  const found = await states.check(config.data, kept, { erasing: new Set() });
  expect(found.problems).toEqual([]);
  expect(found.checked).toBeGreaterThan(0);
});
