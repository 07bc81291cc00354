import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { VersionInfo } from '#registry';
import { idOf, leftovers, madeFolder, madeRegistry } from './made-registry.ts';

const accepted = { verdict: 'accepted' } as const;
const failing = (code: string) => expect.objectContaining({ code });

describe('the line starter', () => {
  it('writes with the model that came along, which is only read', () => {
    const { registry, folder, starter, told } = madeRegistry();
    expect(registry.lines()).toEqual(['starter']);
    expect(registry.current('starter')).toMatchObject({
      id: idOf(starter),
      line: 'starter',
      path: starter,
      title: '试写',
      builtIn: true,
      verdict: 'accepted',
    });
    expect(existsSync(folder)).toBe(false);
    expect(readdirSync(starter)).toEqual(['model.safetensors']);
    expect(told).toEqual([]);
  });

  it('goes on with it until a version of its own is promoted, and back to it', async () => {
    const { registry, starter, told } = madeRegistry();
    const own = await registry.add('starter', madeFolder(2), accepted);
    expect(registry.current('starter').id).toBe(idOf(starter));
    registry.promote('starter', own.id);
    expect(registry.current('starter').id).toBe(own.id);
    expect(registry.rollback('starter').id).toBe(idOf(starter));
    expect(registry.current('starter')).toMatchObject({ id: idOf(starter), builtIn: true });
    expect(told).toEqual([]);
  });

  it('follows the model that came along when that is replaced, also behind a version', async () => {
    const { registry, starter } = madeRegistry();
    const own = await registry.add('starter', madeFolder(2), accepted);
    registry.promote('starter', own.id);
    madeFolder(9, starter);
    expect(registry.previous('starter')).toBe(idOf(starter));
    expect(registry.rollback('starter').id).toBe(idOf(madeFolder(9)));
  });

  it('does not add the model that came along to itself, nor remove it', async () => {
    const { registry, starter } = madeRegistry();
    const same = await registry.add('starter', starter, accepted);
    expect(same).toMatchObject({ builtIn: true, path: starter });
    expect(registry.versions('starter')).toHaveLength(1);
    expect(() => registry.remove('starter', same.id)).toThrow(failing('registry.built-in'));
  });

  it('says what is wrong with a model that is not there, when it is asked for', async () => {
    const { registry, told } = madeRegistry(undefined, '/nowhere/model');
    const own = await registry.add('novel', madeFolder(2), accepted);
    expect(registry.current('novel').id).toBe(own.id);
    expect(() => registry.current('starter')).toThrow(failing('model.missing'));
    expect(told).toEqual([]);
  });
});

describe('promoting', () => {
  async function threeVersions() {
    const made = madeRegistry();
    const versions: VersionInfo[] = [];
    for (const seed of [2, 3, 4]) versions.push(await made.registry.add('novel', madeFolder(seed), accepted));
    return { ...made, ids: versions.map(({ id }) => id) as [string, string, string] };
  }

  it('makes a version current, and rolling back is the same move', async () => {
    const { registry, ids, told } = await threeVersions();
    for (const id of ids) registry.promote('novel', id);
    expect(registry.current('novel').id).toBe(ids[2]);
    expect(registry.previous('novel')).toBe(ids[1]);
    expect(registry.rollback('novel').id).toBe(ids[1]);
    expect(registry.current('novel').id).toBe(ids[1]);
    expect(registry.rollback('novel').id).toBe(ids[2]);
    expect(told).not.toContain('registry.damaged-version');
  });

  it('of the current version changes nothing, neither what rolling back goes back to', async () => {
    const { registry, ids } = await threeVersions();
    registry.promote('novel', ids[0]);
    registry.promote('novel', ids[1]);
    let heard = 0;
    using _listening = registry.onPromoted(() => heard++);
    registry.promote('novel', ids[1]);
    expect(registry.previous('novel')).toBe(ids[0]);
    expect(heard).toBe(0);
  });

  it('is refused of a refused version, with the reason', async () => {
    const { registry, ids } = await threeVersions();
    registry.promote('novel', ids[0]);
    const bad = await registry.add('novel', madeFolder(9), { verdict: 'refused', reason: 'it copies' });
    expect(() => registry.promote('novel', bad.id)).toThrow(
      expect.objectContaining({ code: 'registry.refused', params: { version: bad.id, reason: 'it copies' } }),
    );
    expect(registry.current('novel').id).toBe(ids[0]);
  });

  it('tells those who listen, until they leave', async () => {
    const { registry, ids } = await threeVersions();
    const heard: string[] = [];
    const listening = registry.onPromoted(({ line, id }) => heard.push(`${line}/${id}`));
    registry.promote('novel', ids[1]);
    registry.promote('novel', ids[2]);
    registry.rollback('novel');
    listening[Symbol.dispose]();
    registry.promote('novel', ids[0]);
    expect(heard).toEqual([ids[1], ids[2], ids[1]].map((id) => `novel/${id}`));
  });

  it('by another process is noticed at once by current, and told at the next refresh, once', async () => {
    const { registry, ids, again } = await threeVersions();
    registry.promote('novel', ids[0]);
    const other = again();
    const heard: string[] = [];
    using _listening = other.onPromoted(({ id }) => heard.push(id));
    registry.promote('novel', ids[2]);
    expect(other.current('novel').id).toBe(ids[2]);
    expect(heard).toEqual([]);
    other.refresh();
    other.refresh();
    expect(heard).toEqual([ids[2]]);
    other.promote('novel', ids[1]);
    other.refresh();
    expect(heard).toEqual([ids[2], ids[1]]);
  });

  it('cannot go back where there is nothing before', async () => {
    const { registry, ids } = await threeVersions();
    expect(() => registry.rollback('novel')).toThrow(failing('registry.nothing-to-roll-back'));
    registry.promote('novel', ids[2]);
    expect(registry.previous('novel')).toBeNull();
    expect(() => registry.rollback('novel')).toThrow(failing('registry.nothing-to-roll-back'));
    expect(() => registry.rollback('starter')).toThrow(failing('registry.nothing-to-roll-back'));
  });

  it('is asked for by the beginning of an id, as long as it means one', async () => {
    const { registry } = madeRegistry();
    // Seventeen ids cannot begin with sixteen different digits.
    const ids: string[] = [];
    for (let seed = 2; seed < 19; seed++)
      ids.push((await registry.add('novel', madeFolder(seed), accepted)).id);
    const twice = ids.map((id) => id[0]!).find((digit, i, all) => all.indexOf(digit) !== i)!;
    const alike = ids.filter((id) => id.startsWith(twice)).sort();
    expect(() => registry.promote('novel', twice)).toThrow(
      expect.objectContaining({
        code: 'registry.ambiguous-version',
        params: { version: twice, versions: alike.join(', ') },
      }),
    );
    expect(registry.promote('novel', ids[0]!.slice(0, 8).toUpperCase()).id).toBe(ids[0]);
    for (const none of ['', 'x', 'built-in', `${ids[0]}0`, '../novel'])
      expect(() => registry.find('novel', none)).toThrow(failing('registry.no-version'));
    expect(() => registry.find('nowhere', ids[0]!)).toThrow(failing('registry.no-line'));
  });
});

describe('versions in use', () => {
  it('are counted, and giving one back twice counts once', async () => {
    const { registry } = madeRegistry();
    const { id, path } = await registry.add('novel', madeFolder(2), accepted);
    const first = registry.acquire('novel');
    const second = registry.acquire('novel', id.slice(0, 6));
    expect(first).toMatchObject({ line: 'novel', version: id, path });
    first[Symbol.dispose]();
    first[Symbol.dispose]();
    expect(registry.inUse(id)).toBe(true);
    second[Symbol.dispose]();
    expect(registry.inUse(id)).toBe(false);
  });

  it('are not removed, nor the current one and the one before', async () => {
    const { registry, folder } = madeRegistry();
    const ids: string[] = [];
    for (const seed of [2, 3, 4]) ids.push((await registry.add('novel', madeFolder(seed), accepted)).id);
    for (const id of ids) registry.promote('novel', id);
    expect(() => registry.remove('novel', ids[2]!)).toThrow(failing('registry.is-current'));
    expect(() => registry.remove('novel', ids[1]!)).toThrow(failing('registry.is-previous'));
    const handle = registry.acquire('novel', ids[0]);
    expect(() => registry.remove('novel', ids[0]!)).toThrow(failing('registry.in-use'));
    handle[Symbol.dispose]();
    expect(registry.remove('novel', ids[0]!.slice(0, 8))).toBe(ids[0]);
    expect(registry.versions('novel').map(({ id }) => id)).toEqual(ids.slice(1));
    expect(existsSync(join(folder, 'novel', ids[0]!))).toBe(false);
    expect(leftovers(folder)).toEqual([]);
  });
});
