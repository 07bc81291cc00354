import { appendFileSync, readFileSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { UserError } from '#errors';
import { createTranslator, describeError } from '#i18n';
import { keepFromCopying, prepareModel } from '../../src/prepare-model.ts';
import { copyOf, madeFolder, madeRegistry } from './made-registry.ts';

const accepted = { verdict: 'accepted' } as const;
const failing = (code: string) => expect.objectContaining({ code });
const files = ['model.safetensors', 'model.serving.safetensors', 'verbatim.bin', 'manifest.json'];

function flip(file: string, at: number): void {
  const bytes = readFileSync(file);
  bytes[at % bytes.length]! ^= 1;
  writeFileSync(file, bytes);
}

const damages: readonly (readonly [string, string, (file: string) => void])[] = [
  ['a flipped byte', 'changed', (file) => flip(file, 1000)],
  ['a byte too many', 'changed', (file) => appendFileSync(file, ' x')],
  ['a broken end', 'changed', (file) => truncateSync(file, 20)],
  ['nothing in it', 'changed', (file) => truncateSync(file, 0)],
  ['no file', 'missing', (file) => rmSync(file)],
];

/** A line of three versions, promoted in turn; the last is current. */
async function threeVersions() {
  const made = madeRegistry();
  const ids: string[] = [];
  for (const seed of [2, 3, 4]) {
    const prepare = async (folder: string) => {
      await prepareModel(folder);
      keepFromCopying(folder, [
        { text: '孙悟空听了，大笑道：“去也！”众人都笑。孙悟空又听了一回，大笑而去。' },
      ]);
    };
    ids.push((await made.registry.add('novel', madeFolder(seed), { ...accepted, prepare })).id);
    made.registry.promote('novel', ids.at(-1)!);
  }
  made.told.length = 0;
  const at = (id: string, file: string) => join(made.folder, 'novel', id, file);
  return {
    ...made,
    ids: ids as [string, string, string],
    at,
    pointer: join(made.folder, 'novel', 'current'),
  };
}

describe.each(damages)('a version with %s', (_name, problem, damage) => {
  it.each(files)('in the place of %s is named, and the one before it writes', async (file) => {
    const { registry, ids, at, again, told } = await threeVersions();
    damage(at(ids[2], file));
    for (const one of [registry, again()]) {
      told.length = 0;
      expect(one.current('novel').id).toBe(ids[1]);
      expect(told).toEqual(['registry.damaged-version', 'registry.stand-in']);
      expect(one.versions('novel').map(({ id }) => id)).toEqual(ids.slice(0, 2));
      expect(one.acquire('novel').version).toBe(ids[1]);
      const error = expect.objectContaining({
        code: 'registry.damaged-version',
        params: { line: 'novel', version: ids[2], file: at(ids[2], file), problem },
      });
      expect(() => one.find('novel', ids[2])).toThrow(error);
      expect(() => one.acquire('novel', ids[2])).toThrow(error);
      expect(() => one.promote('novel', ids[2])).toThrow(error);
    }
  });
});

describe('a damaged version', () => {
  it('is found wherever a byte of it is another', async () => {
    const { ids, folder } = await threeVersions();
    await fc.assert(
      fc.property(fc.constantFrom(...files), fc.nat(), (file, place) => {
        const copy = copyOf(folder);
        onTestFinished(() => rmSync(copy, { recursive: true, force: true }));
        flip(join(copy, 'novel', ids[2], file), place);
        const { registry, told } = madeRegistry(copy, '/nowhere');
        expect(registry.current('novel').id).toBe(ids[1]);
        expect(told[0]).toBe('registry.damaged-version');
      }),
      { numRuns: 60 },
    );
  });

  it('never becomes current, neither by promoting nor by rolling back', async () => {
    const { registry, ids, at } = await threeVersions();
    flip(at(ids[0], 'model.safetensors'), 500);
    flip(at(ids[1], 'verbatim.bin'), 30);
    expect(() => registry.promote('novel', ids[0])).toThrow(failing('registry.damaged-version'));
    expect(() => registry.rollback('novel')).toThrow(failing('registry.damaged-version'));
    expect(registry.current('novel').id).toBe(ids[2]);
  });

  it('is passed over, as long as any accepted one is whole; then the line says so', async () => {
    const { registry, ids, at } = await threeVersions();
    await registry.add('novel', madeFolder(5), { verdict: 'candidate' });
    await registry.add('novel', madeFolder(6), { verdict: 'refused' });
    for (const [i, rest] of [ids[1], ids[0], undefined].entries()) {
      flip(at(ids[2 - i]!, 'model.safetensors'), 700);
      if (rest) expect(registry.current('novel').id).toBe(rest);
      else expect(() => registry.current('novel')).toThrow(failing('registry.nothing-current'));
    }
    expect(registry.versions('novel')).toHaveLength(2);
    expect(registry.lines()).toContain('novel');
  });

  it('is told once, and again when it was mended in between', async () => {
    const { registry, ids, at, told } = await threeVersions();
    const file = at(ids[2], 'model.safetensors');
    flip(file, 300);
    for (let i = 0; i < 5; i++) registry.current('novel');
    expect(told).toHaveLength(2);
    flip(file, 300);
    expect(registry.current('novel').id).toBe(ids[2]);
    expect(told).toHaveLength(2);
    flip(file, 300);
    registry.current('novel');
    expect(told).toHaveLength(4);
  });

  it('is mended by adding the model again', async () => {
    const { registry, ids, at } = await threeVersions();
    rmSync(at(ids[2], 'model.safetensors'));
    const mended = await registry.add('novel', madeFolder(4), accepted);
    expect(mended.id).toBe(ids[2]);
    expect(registry.current('novel').id).toBe(ids[2]);
  });

  it('is removed like another, once the line has moved on', async () => {
    const { registry, ids, at } = await threeVersions();
    truncateSync(at(ids[2], 'manifest.json'), 5);
    expect(() => registry.remove('novel', ids[2])).toThrow(failing('registry.is-current'));
    registry.promote('novel', ids[0]);
    expect(registry.previous('novel')).toBe(ids[1]);
    registry.remove('novel', ids[2]);
    expect(() => registry.find('novel', ids[2])).toThrow(failing('registry.no-version'));
  });

  it('is what a version moved under another name or line is', async () => {
    const { registry, ids, folder } = await threeVersions();
    renameSync(join(folder, 'novel', ids[0]), join(folder, 'novel', '0123456789ab'));
    expect(() => registry.find('novel', '0123456789ab')).toThrow(failing('registry.damaged-version'));
    renameSync(join(folder, 'novel'), join(folder, 'other'));
    expect(() => registry.find('other', ids[1])).toThrow(failing('registry.damaged-version'));
  });

  it('is not what a version of a newer program is', async () => {
    const { registry, ids, at } = await threeVersions();
    const { newManifest, formatManifest } = await import('../../src/registry/manifest.ts');
    const { sha256: _, ...manifest } = JSON.parse(readFileSync(at(ids[2], 'manifest.json'), 'utf8'));
    const newer = { ...newManifest(manifest), format: 2, unheard: 'of' };
    writeFileSync(at(ids[2], 'manifest.json'), formatManifest(newer as never));
    expect(() => registry.find('novel', ids[2])).toThrow(failing('registry.newer-version'));
    expect(registry.current('novel').id).toBe(ids[1]);
  });
});

describe('a pointer', () => {
  it.each([
    ['that is missing', 'missing', (file: string) => rmSync(file)],
    ['that is empty', 'damaged', (file: string) => truncateSync(file, 0)],
    ['that is cut off', 'damaged', (file: string) => truncateSync(file, 30)],
    [
      'of something else',
      'damaged',
      (file: string) => writeFileSync(file, '{"version":"../../x","previous":null}'),
    ],
    [
      'with more in it',
      'damaged',
      (file: string) => writeFileSync(file, '{"version":"built-in","previous":null,"x":1}'),
    ],
    [
      'to a version that is gone',
      'version',
      (file: string) => writeFileSync(file, '{"version":"0123456789ab","previous":null}'),
    ],
  ])('%s gives way to the newest accepted version, and it is said', async (_name, problem, damage) => {
    const { registry, ids, pointer, again } = await threeVersions();
    registry.promote('novel', ids[0]);
    damage(pointer);
    const told: UserError[] = [];
    const other = again({ onDamage: (damage) => void told.push(damage) });
    expect(other.current('novel').id).toBe(ids[2]);
    expect(told.at(-1)).toMatchObject({
      code: 'registry.stand-in',
      params: { line: 'novel', version: ids[2], problem },
    });
    for (const locale of ['en', 'zh-Hans', 'zh-Hant'] as const)
      expect(describeError(told.at(-1)!, createTranslator(locale))).toContain(`use`);
    expect(() => other.rollback('novel')).toThrow(failing('registry.nothing-to-roll-back'));
    expect(other.promote('novel', ids[1]).id).toBe(ids[1]);
    expect(other.previous('novel')).toBe(ids[2]);
    expect(again().current('novel').id).toBe(ids[1]);
  });

  it('of the line starter gives way to the newest accepted version, else to the model that came along', async () => {
    const { registry, folder, starter, told } = madeRegistry();
    const pointer = join(folder, 'starter', 'current');
    await registry.add('starter', madeFolder(3), { verdict: 'candidate' });
    rmSync(pointer);
    expect(registry.current('starter')).toMatchObject({ builtIn: true, path: starter });
    const own = await registry.add('starter', madeFolder(2), accepted);
    expect(registry.current('starter').id).toBe(own.id);
    writeFileSync(pointer, '?');
    expect(registry.current('starter').id).toBe(own.id);
    expect(told).toContain('registry.stand-in');
  });

  it('to a refused version is not followed', async () => {
    const { registry, ids, pointer } = await threeVersions();
    const { id } = await registry.add('novel', madeFolder(6), { verdict: 'refused' });
    writeFileSync(pointer, JSON.stringify({ version: id, previous: ids[0] }));
    expect(registry.current('novel').id).toBe(ids[0]);
  });
});
