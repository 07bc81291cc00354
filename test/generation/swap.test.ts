import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { GenerationThread, Generator, type Order } from '#generation';
import { writeCheckpoint } from '#lstm';
import { openRegistry } from '#registry';
import { madeModel } from '../fakes/made-model.ts';
import { collect, order } from './fake-versions.ts';

const TEXT = '孙悟空听了，大笑道：“去也！”\n不见……——？。';

it('16 passages under way end on the version they began with, while another takes its place', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'xuxie-generator-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const registry = openRegistry({
    folder: path.join(folder, 'versions'),
    starter: path.join(folder, 'none'),
  });
  const ids: string[] = [];
  for (const seed of [1, 2]) {
    const from = path.join(folder, `model ${seed}`);
    writeCheckpoint(from, madeModel(TEXT, seed));
    ids.push((await registry.add('book', from, { verdict: 'accepted' })).id);
  }
  const [first, second] = ids as [string, string];
  registry.promote('book', first);
  const worker = new URL('../../src/generation-worker.ts', import.meta.url);
  await using generator = new Generator({
    versions: registry,
    start: ({ version, path: model }) => {
      const states = { file: path.join(folder, 'states', `${version}.db`) };
      return GenerationThread.start(worker, { model, slots: 16, threads: 1, states });
    },
    forgetElsewhere: async () => {},
  });
  const orders = Array.from({ length: 16 }, (_, seed) =>
    order({ seed, passage: `p${seed}`, group: `${seed % 3}`, settings: { temperature: 1, length: 10_000 } }),
  );
  const stop = new AbortController();
  let ended = 0;
  const write = async (one: Order) => {
    using lease = await generator.acquire('book');
    const text = await collect(lease.write({ ...one, signal: stop.signal }));
    ended++;
    return { version: lease.version, text };
  };
  const begun = orders.map(write);
  await generator.use('book', second);
  expect(registry.current('book').id).toBe(second);
  expect(ended, 'all are under way').toBe(0);
  expect(generator.open).toEqual([first, second]);
  using next = await generator.acquire('book');
  const short = order({ settings: { temperature: 1, length: 50 } });
  const written = await collect(next.write(short));
  expect(next.version).toBe(second);
  expect(ended).toBe(0);
  stop.abort();
  const ends = await Promise.all(begun);
  expect(generator.open).toEqual([second]);
  using old = await generator.acquire('book', first);
  expect(await collect(old.write(short))).not.toBe(written);
  for (const [at, one] of orders.entries()) {
    expect(ends[at]!.version).toBe(first);
    let text = '';
    for await (const piece of old.write(one)) {
      text += piece;
      if (text.length >= ends[at]!.text.length) break;
    }
    expect(text.startsWith(ends[at]!.text), `passage ${at}`).toBe(true);
  }
});
