import { spawnSync } from 'node:child_process';
import { rmSync, statfsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { PassThrough } from 'node:stream';
import { stripVTControlCharacters } from 'node:util';
import { expect, it, onTestFinished } from 'vitest';
import { readConfig } from '#config';
import { buildApp } from '../../src/app.ts';
import { readKept, treeProblems } from './kept.ts';
import { makePlace, temporaryFolder } from './place.ts';
import { lineOf, ming, open, outcome, sentencesOf, tellStory } from './telling.ts';

/** A file system of two megabytes, where this process may mount one. */
function smallDisk(): string | undefined {
  const folder = temporaryFolder();
  if (spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=2m', 'tmpfs', folder]).status !== 0) return undefined;
  onTestFinished(() => void spawnSync('umount', ['-l', folder]));
  return folder;
}

/** Leaves `free` bytes of a file system. */
function fill(folder: string, free: number): () => void {
  const { bavail, bsize } = statfsSync(folder);
  const ballast = path.join(folder, 'ballast');
  try {
    writeFileSync(ballast, new Uint8Array(Math.max(0, bavail * bsize - free)));
  } catch {
    // The worker was quicker, with a state.
  }
  return () => rmSync(ballast);
}

it('on a full disk a story says so, keeps what it had, and goes on when there is room', async ({ skip }) => {
  const disk = smallDisk() ?? skip('needs the right to mount a small file system');
  const place = await makePlace();
  const config = { ...place.config, data: path.join(disk, 'data') };
  const acknowledged = new Map<string, string>();
  const counts = { attempts: 0, refused: 0 };
  let id: string;
  {
    await using core = await open(config);
    const { stories } = core;
    id = await tellStory(stories, 'here', 3);
    for (const { id: each, text } of await lineOf(stories, id)) acknowledged.set(each, text);
    // To the last byte, and with so little room that only some of it finds a place.
    for (const free of [0, 4096, 20_000, 60_000, 150_000]) {
      const makeRoom = fill(disk, free);
      let refusals = 0;
      for (let n = 0; n < 200 && refusals < 3; n++) {
        const opening = `第${counts.attempts++}段：${'孙悟空听了，大笑道。'.repeat(1 + (n % 60))}`;
        const before = await lineOf(stories, id);
        const written = await outcome(stories.continue(id, ming, { opening, settings: { length: 10 } }));
        for (const { id: each, text } of written.acknowledged) acknowledged.set(each, text);
        // The line is what was acknowledged, and nothing of what was refused.
        const line = await lineOf(stories, id);
        expect(line.map((passage) => passage.id)).toEqual([
          ...before.map((passage) => passage.id),
          ...written.acknowledged.map((passage) => passage.id),
        ]);
        if (!written.refusal) continue;
        refusals++;
        counts.refused++;
        expect(written.refusal.code).toBe('storage.disk-full');
        for (const sentence of sentencesOf(written.refusal)) expect(sentence).toContain('xuxie.db');
      }
      expect(refusals, `with ${free} bytes free`).toBe(3);
      const before = await lineOf(stories, id);
      const undone = await stories.undo(id).then(
        () => true,
        (error) => {
          expect(error.code).toBe('storage.disk-full');
          return false;
        },
      );
      if (!undone) expect(await lineOf(stories, id)).toEqual(before);
      makeRoom();
      const written = await outcome(
        stories.continue(id, ming, { opening: '又来了。', settings: { length: 10 } }),
      );
      expect(written.refusal).toBeUndefined();
      for (const { id: each, text } of written.acknowledged) acknowledged.set(each, text);
    }
    expect(core.remarks).toEqual([]);
  }
  const kept = await readKept(config);
  console.log(JSON.stringify({ ...counts, acknowledged: acknowledged.size, kept: kept.passages.size }));
  for (const [each, text] of acknowledged) expect(kept.passages.get(each)?.text).toBe(text);
  // Nothing of what was refused stays.
  expect(kept.passages.size).toBe(acknowledged.size);
  expect(treeProblems(kept)).toEqual([]);
});

it('the chat says it in a sentence, and Enter writes what was typed once there is room', async ({ skip }) => {
  const disk = smallDisk() ?? skip('needs the right to mount a small file system');
  const { config } = await makePlace();
  const data = path.join(disk, 'data');
  const environment = readConfig({ XUXIE_MODEL: config.model, XUXIE_DATA: data });
  const terminal = () => Object.assign(new PassThrough(), { isTTY: true, columns: 80, rows: 24 });
  const [input, output] = [terminal(), terminal()];
  let said = '';
  output.on('data', (bytes) => {
    said += stripVTControlCharacters(String(bytes));
  });
  const heard = async (words: RegExp) => {
    while (!words.test(said)) await new Promise((resolve) => setImmediate(resolve));
    said = '';
  };
  const typed = '大笑道。'.repeat(200);
  {
    await using app = await buildApp(environment, { input, output });
    const running = app.run();
    await heard(/› /);
    input.write('l 20\r');
    await heard(/20[\s\S]*› /);
    input.write('孙悟空听了。\r');
    await heard(/孙悟空听了。[\s\S]*› /);
    const makeRoom = fill(disk, 0);
    input.write(`${typed}\r`);
    await heard(/disk that holds[\s\S]*is full[\s\S]*› /);
    makeRoom();
    input.write('\r');
    await heard(/› /);
    input.end();
    await running;
  }
  const { passages } = await readKept({ ...config, data });
  const texts = [...passages.values()]
    .sort((one, other) => one.depth - other.depth)
    .filter(({ author }) => author.kind === 'person')
    .map(({ text }) => text);
  expect(texts).toEqual(['孙悟空听了。', typed]);
});
