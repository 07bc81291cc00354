import { mkdtempSync, readdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadModel, readVerbatim } from '#generation';
import { readServing, writeCheckpoint, writeServing } from '#lstm';
import { type ModelRegistry, openRegistry } from '#registry';
import { Vocabulary } from '#text';
import { servingOf } from '../../src/prepare-model.ts';
import { madeModel } from '../fakes/made-model.ts';
import { startDoor } from '../fixtures/door.ts';
import { novelText } from '../fixtures/tiny-run.ts';

const STORY = '孙悟空听了，大笑道：“去也！”\n';
let folder: string;
let starter: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'xuxie-model-'));
  starter = made(1);
});
afterEach(() => rmSync(folder, { recursive: true }));

function made(seed: number): string {
  const path = join(folder, `made-${seed}`);
  writeCheckpoint(join(path, 'model.safetensors'), madeModel(STORY, seed));
  return path;
}

/** A model that cannot be opened, since the vocabulary of its serving weights is that of another. */
async function unfit(): Promise<string> {
  const path = made(8);
  const { about, ...model } = loadModel(path);
  const vocabulary = Vocabulary.fromText(['另一部'], 1).toJSON();
  writeServing(path, { vocabulary, about }, await servingOf({ about, ...model }));
  return path;
}

const opened = (): ModelRegistry => openRegistry({ folder: join(folder, 'versions'), starter });

const model = (...argv: string[]) => run('scripts/model.ts', argv);
function run(script: string, argv: readonly string[], locale = 'en') {
  return startDoor(script, argv, {
    XUXIE_LOCALE: locale,
    XUXIE_VERSIONS: join(folder, 'versions'),
    XUXIE_MODEL: starter,
    XUXIE_DATA: join(folder, 'data'),
  }).ended;
}

describe('npm run model', () => {
  it.each([
    ['en', 'current', 'accepted'],
    ['zh-Hans', '当前', '通过'],
    ['zh-Hant', '目前', '通過'],
  ])('lists the starter in %s, and explains itself', async (locale, current, verdict) => {
    const [list, help] = await Promise.all([
      run('scripts/model.ts', ['list'], locale),
      run('scripts/model.ts', ['--help'], locale),
    ]);
    expect(list).toMatchObject({ code: 0, err: '' });
    expect(list.out.trim().split('\n')).toHaveLength(2);
    expect(list.out).toMatch(new RegExp(`^[0-9a-f]{12} +starter .*试写 .*${verdict} .*${current}$`, 'm'));
    expect(help).toMatchObject({ code: 0, err: '' });
    expect(help.out).toContain('npm run model -- add');
    expect(readdirSync(folder)).toEqual(['made-1']);
  });

  it('adds a model with all it needs, in a new line as the current one, and leaves its folder as it was', async () => {
    const { code, out, err } = await model('add', made(2), '--line', '悟空');
    expect({ code, err }).toEqual({ code: 0, err: '' });
    const current = opened().current('悟空');
    expect(out).toContain(`The line 悟空 now writes with version ${current.id}`);
    expect(out).toContain('npm run novel -- add FILE --line 悟空');
    expect(readServing(current.path)).toBeDefined();
    expect(readdirSync(made(2))).toEqual(['model.safetensors']);
    expect(current.verdict).toBe('accepted');
  });

  it('names the line after the novel, and adds further models aside', async () => {
    await model('add', made(2));
    const { out } = await model('add', made(3));
    const registry = opened();
    expect(registry.lines()).toEqual(['starter', '试写']);
    const [first, second] = registry.versions('试写');
    expect(registry.current('试写').id).toBe(first!.id);
    expect(out).toContain(`goes on writing with ${first!.id}`);
    expect(out).toContain(`npm run model -- use ${second!.id} --line 试写`);
  });

  it('makes the filter against copying from the novel of that name', async () => {
    writeFileSync(join(folder, 'novel.txt'), novelText);
    expect(await run('scripts/novel.ts', ['add', join(folder, 'novel.txt'), '--line', '石猴'])).toMatchObject(
      {
        code: 0,
      },
    );
    const { out } = await model('add', made(2), '--line', '石猴');
    expect(out).not.toContain('Careful');
    expect(readVerbatim(opened().current('石猴').path)?.grams).toBeGreaterThan(10_000);
  });

  it('uses a version, rolls back, shows and removes', async () => {
    const registry = opened();
    const ids: string[] = [];
    for (const seed of [2, 3, 4])
      ids.push((await registry.add('novel', made(seed), { verdict: 'accepted', reason: 'tried' })).id);
    registry.promote('novel', ids[0]!);
    const used = await model('use', ids[1]!.slice(0, 9));
    expect(used).toMatchObject({ code: 0, err: '' });
    expect(used.out).toContain(`now writes with version ${ids[1]}`);
    expect(registry.current('novel').id).toBe(ids[1]);

    const back = await model('rollback', '--line', 'novel');
    expect(back.out).toContain(`now writes with version ${ids[0]}`);
    expect(registry.current('novel').id).toBe(ids[0]);

    const shown = await model('show', ids[1]!);
    expect(shown.out).toMatch(/^use +previous$/m);
    expect(shown.out).toMatch(/^reason +tried$/m);

    expect(await model('remove', ids[0]!)).toMatchObject({
      code: 1,
      err: expect.stringContaining('so it was not removed'),
    });
    expect((await model('remove', ids[2]!)).out).toBe(`Version ${ids[2]} was removed from the line novel.\n`);
    expect(registry.versions('novel').map(({ id }) => id)).toEqual(ids.slice(0, 2));
  });

  it('never lets a version write that cannot be opened', async () => {
    const registry = opened();
    const good = await registry.add('novel', made(2), { verdict: 'accepted' });
    const bad = await registry.add('novel', await unfit(), { verdict: 'accepted' });
    registry.promote('novel', good.id);
    for (const argv of [
      ['use', bad.id],
      ['add', await unfit(), '--line', 'other'],
    ]) {
      const { code, err } = await model(...argv);
      expect({ code, err }).toEqual({ code: 1, err: expect.stringContaining('do not belong together') });
    }
    expect(registry.current('novel').id).toBe(good.id);
    registry.promote('novel', bad.id);
    registry.promote('novel', good.id);
    expect(await model('rollback', '--line', 'novel')).toMatchObject({ code: 1 });
    expect(registry.current('novel').id).toBe(good.id);
    expect(registry.lines()).toEqual(['starter', 'novel']);
  });

  it('names what is damaged and goes on', async () => {
    const registry = opened();
    const first = await registry.add('novel', made(2), { verdict: 'accepted' });
    const second = await registry.add('novel', made(3), { verdict: 'accepted' });
    registry.promote('novel', first.id);
    registry.promote('novel', second.id);
    truncateSync(join(second.path, 'model.safetensors'), 99);
    const { code, out, err } = await model('list');
    expect(code).toBe(0);
    expect(out).toMatch(new RegExp(`^${first.id} .*current$`, 'm'));
    expect(err).toContain(`Version ${second.id} of the line novel is damaged`);
    expect(err).toContain(`it writes with ${first.id} until you choose`);
  });

  it('asks for what is missing and refuses what it does not know', async () => {
    await opened().add('a', made(2), { verdict: 'accepted' });
    await opened().add('b', made(2), { verdict: 'accepted' });
    const { id } = opened().current('a');
    const cases: [string[], number, string][] = [
      [[], 2, 'What shall be done'],
      [['ad'], 2, 'not “ad”'],
      [['use'], 2, 'VERSION is missing'],
      [['show', id], 1, 'several lines: a, b'],
      [['rollback'], 1, 'There is no version before this one'],
    ];
    const outcomes = await Promise.all(cases.map(([argv]) => model(...argv)));
    for (const [i, [argv, code, words]] of cases.entries()) {
      expect(outcomes[i], argv.join(' ')).toMatchObject({ code, err: expect.stringContaining(words) });
    }
  });
});
