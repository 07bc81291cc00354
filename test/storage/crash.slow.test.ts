import path from 'node:path';
import { expect, it } from 'vitest';
import { openStorage, type StorageAddress } from '#storage';
import { temporaryFolder } from './folder.ts';
import { killRounds } from './kill-rounds.ts';

it.each(['full', 'cache'] as const)('120 times kill -9 at random (%s)', async (durability) => {
  const place: StorageAddress = { file: path.join(temporaryFolder(), 'store.db'), durability };
  const { acknowledged, problems } = await killRounds(() => openStorage(place), place, 120);
  console.log(`${durability}: 120 kills, ${acknowledged} acknowledged triples, ${problems.length} problems`);
  expect(problems).toEqual([]);
});
