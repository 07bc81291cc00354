import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, it } from 'vitest';
import { Random } from '#random';
import type { Churn } from './churn.ts';
import { leftovers, madeFolder, madeRegistry } from './made-registry.ts';

const ROUNDS = 30;

/** Runs such a process; kills it behind its line number `lines`. Gives what it said, and how it ended. */
async function churn(options: Churn, lines = Number.POSITIVE_INFINITY) {
  const program = join(import.meta.dirname, 'churn.ts');
  const child = spawn(process.execPath, [program, JSON.stringify(options)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const said: string[] = [];
  createInterface({ input: child.stdout }).on('line', (line) => {
    said.push(line);
    if (said.length === lines) child.kill('SIGKILL');
  });
  const [code, signal] = await once(child, 'close');
  return { said, code: code as number | null, signal: signal as string | null };
}

async function threeVersions() {
  const models = [2, 3, 4, 5].map((seed) => madeFolder(seed));
  const made = madeRegistry();
  for (const from of models.slice(0, 3)) {
    const { id } = await made.registry.add('novel', from, { verdict: 'accepted' });
    made.registry.promote('novel', id);
  }
  return { ...made, models };
}

it(`killed ${ROUNDS} times at random, a registry has each time what it said last, or what it was about to do`, async () => {
  const { folder, starter, models } = await threeVersions();
  const random = Random.seeded(20261124);
  let underWay = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const kinds = ['promote', 'promote', 'rollback', 'remove', 'add'] as const;
    const options = { folder, starter, models, seed: round, moves: 10_000, kinds };
    const { said, signal } = await churn(options, 2 + random.below(60));
    expect(signal).toBe('SIGKILL');
    expect(said.filter((line) => line.startsWith('damage'))).toEqual([]);
    const last = said.at(-1)!;
    const before = said.findLast((line) => line.startsWith('is'))!;
    const may = [...new Set([last, before])].map((line) => line.split(' ')[1]);
    if (last.startsWith('will')) underWay++;

    const { registry, told } = madeRegistry(folder, starter);
    expect(may).toContain(registry.current('novel').id);
    expect(registry.versions('novel').length).toBeGreaterThanOrEqual(2);
    expect(told).toEqual([]);
    expect(leftovers(folder)).toEqual([]);
  }
  expect(underWay).toBeGreaterThan(0);
});

it('two processes that promote at the same time leave what one of them wanted, and see nothing damaged', async () => {
  const { folder, starter, models, registry, told } = await threeVersions();
  const ids = registry.versions('novel').map(({ id }) => id);
  const both = [1, 2].map((seed) =>
    churn({ folder, starter, models, seed, moves: 300, kinds: ['promote', 'rollback'] }),
  );
  for (const { said, code } of await Promise.all(both)) {
    expect(code).toBe(0);
    expect(said.filter((line) => line.startsWith('damage'))).toEqual([]);
  }
  expect(ids).toContain(registry.current('novel').id);
  expect(told).toEqual([]);
  expect(leftovers(folder)).toEqual([]);
});

it('two processes that add the same models at the same time make one version of each', async () => {
  const { folder, starter, models, registry, told } = await threeVersions();
  const both = [1, 2].map((seed) => churn({ folder, starter, models, seed, moves: 60, kinds: ['add'] }));
  for (const { code } of await Promise.all(both)) expect(code).toBe(0);
  expect(registry.versions('novel')).toHaveLength(4);
  expect(told).toEqual([]);
  expect(leftovers(folder)).toEqual([]);
});
