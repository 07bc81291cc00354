import { spawnSync } from 'node:child_process';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { backUp, holdData, openStorage, readKey } from '#storage';
import { states } from '../contracts/store.ts';
import { temporaryFolder } from './folder.ts';

/** A file system of one megabyte, where this process may mount one. */
function smallDisk(): string | undefined {
  const folder = temporaryFolder();
  if (spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', folder]).status !== 0) return undefined;
  onTestFinished(() => void spawnSync('umount', ['-l', folder]));
  return folder;
}

it('a full disk is told, nothing of the write is kept, and with room it goes on', async ({ skip }) => {
  const folder = smallDisk() ?? skip('needs the right to mount a small file system');
  const file = path.join(folder, 'store.db');
  const full = { code: 'storage.disk-full', params: { file } };
  const ballast = path.join(folder, 'ballast');
  {
    await using storage = await openStorage({ file, durability: 'full' });
    const { put, get } = storage.store(states);
    await storage.write([put('before', new Uint8Array(1000).fill(1))]);
    writeFileSync(ballast, new Uint8Array(600_000));
    const large = [put('before', new Uint8Array(1000).fill(2)), put('large', new Uint8Array(900_000))];
    await expect(storage.write(large)).rejects.toMatchObject(full);
    await expect(storage.write(large)).rejects.toMatchObject(full);
    expect(await get('before')).toEqual(new Uint8Array(1000).fill(1));
    expect(await get('large')).toBeUndefined();

    const shared = await Promise.allSettled([
      storage.write(large),
      storage.write([put('small', Uint8Array.of(1))]),
    ]);
    expect(shared.map(({ status }) => status)).toEqual(['rejected', 'rejected']);

    rmSync(ballast);
    await storage.write([put('after', new Uint8Array(50_000))]);
  }
  await using storage = await openStorage({ file, durability: 'full' });
  const found = await storage.store(states).getMany(['before', 'large', 'small', 'after']);
  expect(found.map((value) => value?.length)).toEqual([1000, undefined, undefined, 50_000]);
});

it('a disk filled to the last byte: each of what is acknowledged is there, whatever else was refused', async ({
  skip,
}) => {
  const folder = smallDisk() ?? skip('needs the right to mount a small file system');
  const file = path.join(folder, 'store.db');
  const kept: string[] = [];
  {
    await using storage = await openStorage({ file, durability: 'full' });
    for (let n = 0; n < 120; n++) {
      const written = storage.write([storage.store(states).put(`${n}`, new Uint8Array(12_000).fill(n))]);
      await written
        .then(() => kept.push(`${n}`))
        .catch((error) => expect(error.code).toBe('storage.disk-full'));
    }
    expect(kept.length).toBeLessThan(120);
  }
  writeFileSync(path.join(folder, 'rest'), '');
  await using storage = await openStorage({ file, durability: 'full' });
  const found = await storage.store(states).getMany(kept);
  expect(found).toEqual(kept.map((n) => new Uint8Array(12_000).fill(Number(n))));
  expect(await Array.fromAsync(storage.keys(states))).toHaveLength(kept.length);
});

it('opening, holding, making a key and backing up on a full disk say so', async ({ skip }) => {
  const folder = smallDisk() ?? skip('needs the right to mount a small file system');
  const elsewhere = path.join(temporaryFolder(), 'store.db');
  await (await openStorage({ file: elsewhere, durability: 'full' }))[Symbol.asyncDispose]();
  try {
    writeFileSync(path.join(folder, 'ballast'), new Uint8Array(2_000_000));
  } catch {
    // As much of it as there is room for.
  }
  const full = { code: 'storage.disk-full' };
  await expect(
    openStorage({ file: path.join(folder, 'store.db'), durability: 'full' }),
  ).rejects.toMatchObject(full);
  expect(() => holdData(path.join(folder, 'data'))).toThrow(expect.objectContaining(full));
  await expect(
    readKey(path.join(folder, 'key'), { file: elsewhere, durability: 'full' }),
  ).rejects.toMatchObject(full);
  expect(existsSync(path.join(folder, 'key'))).toBe(false);
  await expect(backUp(elsewhere, path.join(folder, 'backups'))).rejects.toMatchObject(full);
});
