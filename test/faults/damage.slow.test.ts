import {
  closeSync,
  cpSync,
  openSync,
  readSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { UserError } from '#errors';
import { Random } from '#random';
import { openRegistry } from '#registry';
import type { Passage, PassageId, StoryId } from '#stories';
import { copyData, type Kept, readKept, treeProblems } from './kept.ts';
import { type FaultPlace, makePlace, temporaryFolder } from './place.ts';
import { StatesCheck } from './states.ts';
import { hong, lineOf, ming, type Opened, open, outcome, sentencesOf, tellStory } from './telling.ts';

const STORIES = 3;

type Left = { readonly place: FaultPlace; readonly ids: readonly StoryId[]; readonly kept: Kept };

/** Some stories in a data folder as a killed process leaves it: some of it in the file, some in the log. */
async function left(keyFile?: string): Promise<Left> {
  const place = await makePlace({ keyFile });
  const { config } = place;
  const ids: StoryId[] = [];
  {
    await using core = await open(config);
    const { stories } = core;
    for (let n = 0; n < STORIES; n++) ids.push(await tellStory(stories, `place-${n}`, 6));
    const [id = ''] = ids;
    const [first] = await lineOf(stories, id);
    await stories.erase(id, first!.id, { by: ming });
  }
  const data = path.join(temporaryFolder(), 'data');
  {
    await using core = await open(config);
    const { stories, generator } = core;
    await generator.use('starter', place.versions.at(-1)!);
    for (const id of ids) {
      for (let n = 0; n < 4; n++)
        await stories.continue(id, hong, { opening: `又一段${n}。`, settings: { length: 30 } }).passage;
      await stories.retry(id, undefined, { settings: { length: 30 } }).passage;
      await stories.branch(id, '另一条');
      await stories.undo(id);
    }
    copyData(config.data, data);
  }
  return { place: { ...place, config: { ...config, data } }, ids, kept: await keptIn({ ...config, data }) };
}

/** What is kept, read from a copy: reading would fold the log. */
async function keptIn(config: FaultPlace['config']): Promise<Kept> {
  const data = path.join(temporaryFolder(), 'data');
  copyData(config.data, data);
  return readKept({ ...config, data });
}

/** A copy of everything, to be damaged. */
function copyOf({ config }: FaultPlace): FaultPlace['config'] {
  const folder = temporaryFolder();
  const [data, versions] = [path.join(folder, 'data'), path.join(folder, 'versions')];
  copyData(config.data, data);
  cpSync(config.versions, versions, { recursive: true });
  return { ...config, data, versions };
}

function flip(file: string, at: number, mask: number): void {
  const handle = openSync(file, 'r+');
  try {
    const byte = new Uint8Array(1);
    readSync(handle, byte, 0, 1, at);
    byte[0]! ^= mask;
    writeSync(handle, byte, 0, 1, at);
  } finally {
    closeSync(handle);
  }
}

/** What people now read: where it differs from what was written, and what is missing of it. */
async function readAgain({ stories }: Opened, { ids, kept }: Left) {
  const wrong: string[] = [];
  const seen = new Set<PassageId>();
  let missing = 0;
  for (const id of ids) {
    const file = await stories.dump(id).catch((error) => {
      if (!(error instanceof UserError)) throw error;
      return { passages: [] };
    });
    for (const { id: each, parent, text, author } of file.passages) {
      const before = kept.passages.get(each);
      seen.add(each);
      const isLost = before && before.text !== '' && text === '' && author.kind === 'nobody';
      if (isLost) missing++;
      else if (
        !before ||
        before.text !== text ||
        before.parent !== parent ||
        author.kind !== before.author.kind
      )
        wrong.push(`${each}: ${text} behind ${parent}, not ${before?.text} behind ${before?.parent}`);
    }
  }
  for (const each of kept.passages.keys()) if (!seen.has(each)) missing++;
  return { wrong, missing };
}

/** Every story goes on, and can be read to its start. */
async function goOn({ stories }: Opened, ids: readonly StoryId[]): Promise<void> {
  for (const id of ids) {
    const { acknowledged, refusal } = await outcome(
      stories.continue(id, ming, { opening: '后来呢？', settings: { length: 10 } }),
    );
    expect(refusal).toBeUndefined();
    const line = await lineOf(stories, id);
    const told = ({ id: each, text }: Passage) => ({ each, text });
    expect(line.slice(-2).map(told)).toEqual(acknowledged.map(told));
    expect(line[0]?.parent).toBeNull();
  }
}

const codesOf = ({ remarks }: Opened): string[] =>
  remarks.map((remark) =>
    remark instanceof UserError ? remark.code : 'kind' in remark ? remark.kind : 'file',
  );

it.each([
  { flips: 50, name: 'in the file of a store', folded: true, encrypted: false },
  { flips: 30, name: 'in the log of a killed process', folded: false, encrypted: false },
  { flips: 20, name: 'in an encrypted store', folded: true, encrypted: true },
])(
  'of $flips bytes that flip $name each is harmless or named, and no text is another',
  async ({ flips, folded, encrypted }) => {
    const all = await left(encrypted ? path.join(temporaryFolder(), 'key') : undefined);
    // Closing the store folds the log into the file.
    if (folded) await readKept(all.place.config);
    const name = folded ? 'xuxie.db' : 'xuxie.db-wal';
    const { size } = statSync(path.join(all.place.config.data, name));
    const random = Random.seeded(11);
    const counts = { harmless: 0, named: 0, cut: 0, missing: 0 };
    for (let n = 0; n < flips; n++) {
      const config = copyOf(all.place);
      const at = random.below(size);
      flip(path.join(config.data, name), at, 1 << random.below(8));
      const where = `flip ${n} at ${at}`;
      await using core = await open(config);
      const { wrong, missing } = await readAgain(core, all);
      const codes = codesOf(core);
      // The last write of all cannot be told from one that was cut off before it was acknowledged, and is named as such.
      if (codes.includes('storage.cut-off')) counts.cut++;
      expect(wrong, where).toEqual([]);
      expect(missing === 0 || codes.length > 0, `${where}: ${missing} missing, and nothing was said`).toBe(
        true,
      );
      counts[codes.length > 0 ? 'named' : 'harmless']++;
      counts.missing += missing;
      for (const remark of core.remarks) if (remark instanceof UserError) sentencesOf(remark);
      if (n % 5 === 0) await goOn(core, all.ids);
    }
    console.log(
      JSON.stringify({ file: name, bytes: size, passages: all.kept.passages.size, flips, ...counts }),
    );
    expect(counts.named).toBeGreaterThan(flips / 5);
  },
);

it.each([
  { name: 'beside a log', folded: false },
  { name: 'that was closed', folded: true },
])(
  'a store file $name that is cut short, emptied or replaced: named, and the rest goes on',
  async ({ folded }) => {
    const all = await left();
    if (folded) await readKept(all.place.config);
    const size = statSync(path.join(all.place.config.data, 'xuxie.db')).size;
    const cases: readonly (readonly [string, (data: string) => void])[] = [
      ['half of the file', (data) => truncateSync(path.join(data, 'xuxie.db'), Math.floor(size / 2))],
      ['a page and a half', (data) => truncateSync(path.join(data, 'xuxie.db'), 6000)],
      ['100 bytes', (data) => truncateSync(path.join(data, 'xuxie.db'), 100)],
      ['no byte', (data) => truncateSync(path.join(data, 'xuxie.db'), 0)],
      ['a text', (data) => writeFileSync(path.join(data, 'xuxie.db'), '孙悟空听了。'.repeat(500))],
    ];
    const found: Record<string, unknown> = {};
    for (const [name, damage] of cases) {
      const config = copyOf(all.place);
      damage(config.data);
      {
        await using core = await open(config);
        const { wrong, missing } = await readAgain(core, all);
        expect(wrong, name).toEqual([]);
        const file = core.remarks.find((remark) => 'file' in remark);
        // What the log holds of it is not missed.
        if (missing > 0 || folded)
          expect(statSync((file as { movedTo: string }).movedTo).isFile(), name).toBe(true);
        found[name] = `${missing} of ${all.kept.passages.size} missing`;
        const { id } = await core.stories.create('elsewhere');
        await goOn(core, [id]);
      }
      await using core = await open(config);
      expect(core.remarks, `${name}, the start behind it`).toEqual([]);
    }
    console.log(JSON.stringify(found));
  },
);

it('a log that is cut short leaves what stood before, and a tree that holds together', async () => {
  const all = await left();
  const size = statSync(path.join(all.place.config.data, 'xuxie.db-wal')).size;
  for (const part of [0.9, 0.5, 0.1, 0.001, 0]) {
    const config = copyOf(all.place);
    truncateSync(path.join(config.data, 'xuxie.db-wal'), Math.floor(size * part));
    {
      await using core = await open(config);
      const { wrong } = await readAgain(core, all);
      expect(wrong).toEqual([]);
      expect(core.remarks).toEqual([]);
      await goOn(core, all.ids);
    }
    expect(treeProblems(await readKept(config))).toEqual([]);
  }
});

it('states that are damaged, cut short or replaced cost reading alone: what is written is the same', async () => {
  const all = await left();
  const { place, ids } = all;
  const version = place.versions.at(-1)!;
  const random = Random.seeded(5);
  const file = (data: string) => path.join(data, 'states', `${version}.db`);
  const { size } = statSync(file(place.config.data));
  const cases: readonly ((data: string) => void)[] = [
    ...Array.from(
      { length: 12 },
      () => (data: string) => flip(file(data), random.below(size), 1 << random.below(8)),
    ),
    (data) => truncateSync(file(data), Math.floor(size / 2)),
    (data) => truncateSync(file(data), 0),
    (data) => writeFileSync(file(data), '孙悟空听了。'.repeat(500)),
  ];
  await using states = await StatesCheck.open(place);
  let checked = 0;
  for (const damage of cases) {
    const config = copyOf(place);
    damage(config.data);
    {
      await using core = await open(config);
      const { wrong, missing } = await readAgain(core, all);
      expect([wrong, missing]).toEqual([[], 0]);
      await goOn(core, ids);
      for (const id of ids) {
        const head = (await lineOf(core.stories, id)).at(-1)!;
        expect((await core.stories.replay(id, head.id)).same).toBe(true);
      }
    }
    const found = await states.check(config.data, await readKept(config), { erasing: new Set() });
    expect(found.problems).toEqual([]);
    checked += found.checked;
  }
  expect(checked).toBeGreaterThan(0);
});

it('a version, its manifest or the pointer that is damaged: told, and another version writes', async () => {
  const all = await left();
  const { place, ids } = all;
  const line = (versions: string) => path.join(versions, 'starter');
  const own = place.versions.find((id) => statOf(path.join(line(place.config.versions), id)))!;
  const model = (versions: string) => path.join(line(versions), own, 'model.safetensors');
  const manifest = (versions: string) => path.join(line(versions), own, 'manifest.json');
  const pointer = (versions: string) => path.join(line(versions), 'current');
  const random = Random.seeded(6);
  const flipAny = (file: string) => flip(file, random.below(statSync(file).size), 1 << random.below(8));
  const cases: readonly (readonly [string, (versions: string) => void])[] = [
    ['model', (versions) => flipAny(model(versions))],
    ['model, cut', (versions) => truncateSync(model(versions), 1000)],
    ['model, gone', (versions) => rmSync(model(versions))],
    ['manifest', (versions) => flipAny(manifest(versions))],
    ['manifest, cut', (versions) => truncateSync(manifest(versions), 50)],
    ['pointer', (versions) => writeFileSync(pointer(versions), '{"version":"孙"}')],
    ['pointer, cut', (versions) => truncateSync(pointer(versions), 5)],
    ['pointer, empty', (versions) => truncateSync(pointer(versions), 0)],
  ];
  for (const [name, damage] of cases) {
    const config = copyOf(place);
    // The version of its own is the current one.
    openRegistry({ folder: config.versions, starter: config.model }).promote('starter', own);
    damage(config.versions);
    await using core = await open(config);
    await goOn(core, ids);
    const told = core.remarks.map((remark) => (remark as UserError).code);
    expect(told.length, name).toBeGreaterThan(0);
    for (const code of told) expect(code, name).toMatch(/^registry\.(stand-in|damaged-version)$/);
    for (const remark of core.remarks) sentencesOf(remark as UserError);
  }
});

const statOf = (file: string) => statSync(file, { throwIfNoEntry: false });
