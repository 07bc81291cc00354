import { readdirSync } from 'node:fs';
import { dirname } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { madeFolder, madeRegistry } from './made-registry.ts';

const refusedName = { code: 'registry.bad-line-name' };

describe('the name of a line', () => {
  it.each(['斗破苍穹', 'a', '1984', 'x'.repeat(32), 'my_novel-2', 'Война', 'สี่แผ่นดิน', '𠮷野'])(
    'can be %s',
    async (name) => {
      const { registry } = madeRegistry();
      await registry.add(name, madeFolder(2), { verdict: 'accepted' });
      expect(registry.lines()).toEqual(['starter', name]);
      expect(registry.current(name).line).toBe(name);
    },
  );

  it.each([
    ...['', '.', '..', '../x', '/x', 'a/b', 'a\\b', 'a\0', 'a b', ' a', 'a.b', '-a', '_a', 'x'.repeat(33)],
    ...['con', 'NUL', 'com1', 'Lpt9', 'a\n', '“', '😀', '.tmp-1'],
  ])('cannot be %j', async (name) => {
    const { registry, folder } = madeRegistry();
    await expect(registry.add(name, madeFolder(2), { verdict: 'accepted' })).rejects.toMatchObject(
      refusedName,
    );
    for (const ask of [
      () => registry.current(name),
      () => registry.versions(name),
      () => registry.promote(name, 'a'),
      () => registry.remove(name, 'a'),
    ])
      expect(ask).toThrow(expect.objectContaining(refusedName));
    expect(readdirSync(dirname(folder))).toEqual([]);
  });

  it('never leads out of the folder, whatever is typed', async () => {
    const { registry, folder } = madeRegistry();
    const model = madeFolder(2);
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'grapheme', maxLength: 12 }), async (name) => {
        await registry.add(name, model, { verdict: 'accepted' }).catch(() => {});
        expect(readdirSync(dirname(folder)).filter((entry) => entry !== 'versions')).toEqual([]);
      }),
      { numRuns: 40 },
    );
  });

  it('is the same composed and decomposed', async () => {
    const { registry } = madeRegistry();
    await registry.add('caf\u0065\u0301', madeFolder(2), { verdict: 'accepted' });
    expect(registry.lines()).toEqual(['starter', 'caf\u00e9']);
    expect(registry.current('cafe\u0301').line).toBe('caf\u00e9');
  });

  it.each([
    ['Novel', 'novel'],
    ['starter', 'STARTER'],
    ['ΟΔΥΣΣΕΥΣ', 'οδυσσευς'],
  ])('%s keeps %s from being another', async (first, second) => {
    const { registry } = madeRegistry();
    const model = madeFolder(2);
    await registry.add(first, model, { verdict: 'accepted' });
    await expect(registry.add(second, model, { verdict: 'accepted' })).rejects.toMatchObject({
      code: 'registry.line-clash',
      params: { line: second, other: first },
    });
    await registry.add(first, madeFolder(3), { verdict: 'accepted' });
  });
});
