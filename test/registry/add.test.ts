import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Vocabulary } from '#text';
import { keepFromCopying, prepareModel } from '../../src/prepare-model.ts';
import { madeModel } from '../fakes/made-model.ts';
import { idOf, leftovers, madeFolder, madeRegistry, newFolder } from './made-registry.ts';

const accepted = { verdict: 'accepted' } as const;
const failing = (code: string) => expect.objectContaining({ code });

describe('adding', () => {
  it('copies the model and what stands beside it, and describes it', async () => {
    const from = madeFolder(2);
    await prepareModel(from);
    keepFromCopying(from, [{ text: '孙悟空听了，大笑道：“去也！”众人都笑。孙悟空又听了一回，大笑而去。' }]);
    writeFileSync(join(from, 'metrics.jsonl'), 'not of the model');
    const { registry } = madeRegistry();
    const hash = '0'.repeat(64);
    const version = await registry.add('novel', from, {
      verdict: 'candidate',
      base: 'abcdefabcdef',
      data: [hash],
      settings: { preset: 'tiny', seed: 3 },
      scores: { heldOutBits: 5.25 },
      reason: 'not judged yet',
    });
    const vocabulary = Vocabulary.parse(madeModel('孙悟空听了，大笑道：“去也！”\n').vocabulary).hash;
    const expected = {
      id: idOf(from),
      line: 'novel',
      title: '试写',
      base: 'abcdefabcdef',
      vocabulary,
      createdAt: 0,
      data: [hash],
      settings: { preset: 'tiny', seed: 3 },
      scores: { heldOutBits: 5.25 },
      verdict: 'candidate',
      reason: 'not judged yet',
      path: version.path,
      builtIn: false,
    };
    expect(version).toEqual(expected);
    const files = ['model.safetensors', 'model.serving.safetensors', 'verbatim.bin'];
    expect(readdirSync(version.path).sort()).toEqual(['manifest.json', ...files].sort());
    for (const file of files)
      expect(readFileSync(join(version.path, file)).equals(readFileSync(join(from, file)))).toBe(true);
  });

  it('takes the scores and the title from the model’s card where nothing else is said', async () => {
    const { registry } = madeRegistry();
    expect(await registry.add('novel', madeFolder(2), accepted)).toMatchObject({ title: '试写', scores: {} });
    const titled = await registry.add('novel', madeFolder(3), { ...accepted, title: '西遊記' });
    expect(titled.title).toBe('西遊記');
  });

  it('takes a file of any name too', async () => {
    const from = newFolder();
    mkdirSync(join(from, 'x'));
    const file = join(madeFolder(2, join(from, 'x')), 'model.safetensors');
    const { registry } = madeRegistry();
    const version = await registry.add('novel', file, accepted);
    expect(readdirSync(version.path).sort()).toEqual(['manifest.json', 'model.safetensors']);
  });

  it('leaves behind serving weights that belong to another model', async () => {
    const from = madeFolder(2);
    await prepareModel(from);
    madeFolder(3, from);
    const { registry } = madeRegistry();
    const version = await registry.add('novel', from, accepted);
    expect(readdirSync(version.path).sort()).toEqual(['manifest.json', 'model.safetensors']);
  });

  it('makes the same content one version, which stays as it was', async () => {
    const { registry, folder } = madeRegistry();
    const first = await registry.add('novel', madeFolder(2), { ...accepted, title: 'first' });
    const second = await registry.add('novel', madeFolder(2), { verdict: 'refused', title: 'second' });
    expect(second).toEqual(first);
    expect(registry.versions('novel')).toEqual([first]);
    const both = await Promise.all([4, 4].map((seed) => registry.add('novel', madeFolder(seed), accepted)));
    expect(both[0]).toEqual(both[1]);
    expect(leftovers(folder)).toEqual([]);
  });

  it('does not add what cannot be read or what prepare refuses, and leaves nothing', async () => {
    const { registry, folder } = madeRegistry();
    const broken = madeFolder(2);
    const file = join(broken, 'model.safetensors');
    const bytes = readFileSync(file);
    bytes[bytes.length - 3]! ^= 1;
    writeFileSync(file, bytes);
    const unfiltered = madeFolder(3);
    writeFileSync(join(unfiltered, 'verbatim.bin'), 'x');
    await expect(registry.add('novel', broken, accepted)).rejects.toThrow(failing('model.corrupt'));
    await expect(registry.add('novel', unfiltered, accepted)).rejects.toThrow(
      failing('text.verbatim-damaged'),
    );
    await expect(registry.add('novel', '/nowhere', accepted)).rejects.toThrow(failing('model.missing'));
    const refusing = async () => Promise.reject(new Error('it cannot be opened'));
    await expect(registry.add('novel', madeFolder(2), { ...accepted, prepare: refusing })).rejects.toThrow(
      'it cannot be opened',
    );
    expect(registry.lines()).toEqual(['starter']);
    expect(leftovers(folder)).toEqual([]);
  });

  it('keeps what prepare writes into the copy, and not in the model’s own folder', async () => {
    const { registry } = madeRegistry();
    const from = madeFolder(2);
    const version = await registry.add('novel', from, { ...accepted, prepare: prepareModel });
    expect(readdirSync(version.path)).toContain('model.serving.safetensors');
    expect(readdirSync(from)).toEqual(['model.safetensors']);
  });

  it('begins anew when another process that starts takes its copy for a rest', async () => {
    const { registry, folder, again } = madeRegistry();
    let times = 0;
    const prepare = async () => {
      times++;
      if (times < 3) again();
    };
    const version = await registry.add('novel', madeFolder(2), { ...accepted, prepare });
    expect(times).toBe(3);
    expect(registry.find('novel', version.id)).toEqual(version);
    expect(leftovers(folder)).toEqual([]);
  });
});
