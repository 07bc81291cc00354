import path from 'node:path';
import { expect, it } from 'vitest';
import { openStorage, type StorageAddress } from '#storage';
import { temporaryFolder } from './folder.ts';
import { killRounds } from './kill-rounds.ts';

it('everything acknowledged is there after every kill -9, and nothing before what it refers to', async () => {
  const place: StorageAddress = { file: path.join(temporaryFolder(), 'store.db'), durability: 'full' };
  const { acknowledged, problems } = await killRounds(() => openStorage(place), place, 5);
  expect(problems).toEqual([]);
  expect(acknowledged).toBeGreaterThan(20);
});
