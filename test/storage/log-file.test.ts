import { copyFileSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import type { UserError } from '#errors';
import { Random } from '#random';
import { type Damage, openStorage } from '#storage';
import { passages } from '../contracts/store.ts';
import { temporaryFolder } from './folder.ts';

const WRITES = 40;
const HEADER = 32;
const FRAME = 24 + 4096;
const textOf = (n: number) => `${n}：${'蕭炎笑了笑。'.repeat(1 + (n % 40))}`;

/** A file and its log as a killed process leaves them: everything that was written stands in the log alone. */
async function killed(): Promise<string> {
  const file = path.join(temporaryFolder(), 'store.db');
  await using storage = await openStorage({ file, durability: 'full' });
  const { put } = storage.store(passages);
  for (let n = 0; n < WRITES; n++) await storage.write([put(`${n}`, { id: `${n}`, text: textOf(n) })]);
  return leave(file);
}

/** What a process that has a file open leaves if it is killed now. */
function leave(file: string): string {
  const left = path.join(temporaryFolder(), 'store.db');
  for (const part of ['', '-wal']) copyFileSync(`${file}${part}`, `${left}${part}`);
  return left;
}

/** Opens a copy of what was left after `change`; a record is as it was written or missing. */
async function openAfter(left: string, change: (log: Buffer) => void) {
  const file = path.join(temporaryFolder(), 'store.db');
  copyFileSync(left, file);
  const log = readFileSync(`${left}-wal`);
  change(log);
  writeFileSync(`${file}-wal`, log);
  const damages: Damage[] = [];
  const warnings: UserError[] = [];
  await using storage = await openStorage({
    file,
    durability: 'full',
    onDamage: (damage) => damages.push(damage),
    onWarning: (warning) => warnings.push(warning),
  });
  const missing: number[] = [];
  for (let n = 0; n < WRITES; n++) {
    const found = await storage
      .store(passages)
      .get(`${n}`)
      .catch((error) => void expect(error).toMatchObject({ code: 'storage.damaged' }));
    if (found) expect(found).toEqual({ id: `${n}`, text: textOf(n) });
    else missing.push(n);
  }
  const codes = warnings.map(({ code }) => code);
  return { damages, codes, missing, left: leave(file) };
}

it('a byte that flips in the log of a killed process loses nothing without a word, wherever it is', async () => {
  const left = await killed();
  const random = Random.seeded(3);
  const { length } = readFileSync(`${left}-wal`);
  const places = [
    ...Array.from({ length: HEADER / 4 }, (_, at) => 4 * at + (at % 4)),
    ...Array.from({ length: 6 }, (_, at) => HEADER + 20 * FRAME + 4 * at + (at % 4)),
    ...Array.from({ length: 25 }, () => random.below(length)),
  ];
  let told = 0;
  for (const place of places) {
    const flip = (log: Buffer) => {
      log[place]! ^= 1 << random.below(8);
    };
    const { damages, codes, missing } = await openAfter(left, flip);
    const named = damages.flatMap((damage) => ('kind' in damage ? [Number(damage.key)] : []));
    // The last write may be one that was cut off before it was acknowledged: that is what is said of it.
    if (codes.length > 0) expect([codes, missing]).toEqual([['storage.cut-off'], [WRITES - 1]]);
    else expect(named, `at ${place}`).toEqual(expect.arrayContaining(missing));
    expect(missing.length, `at ${place}`).toBeLessThanOrEqual(8);
    told += Number(damages.length + codes.length > 0);
  }
  expect(told).toBeGreaterThan(places.length / 2);
});

it('a log whose last write was cut off is said once; what was half written is no damage', async () => {
  const left = await killed();
  const cut = await openAfter(left, (log) => void log.fill(0, log.length - 1000));
  expect(cut.codes).toEqual(['storage.cut-off']);
  expect(cut.damages).toEqual([]);
  expect(cut.missing).toEqual([WRITES - 1]);
  // A second process that is killed before it has written anything.
  const again = await openAfter(cut.left, () => {});
  expect([again.codes, again.missing]).toEqual([[], [WRITES - 1]]);

  truncateSync(`${left}-wal`, readFileSync(`${left}-wal`).length - 1000);
  const half = await openAfter(left, () => {});
  expect([half.codes, half.damages]).toEqual([[], []]);
});
