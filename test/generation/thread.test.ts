import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import {
  type Cursor,
  GenerationThread,
  type SampleOrder,
  startCursor,
  type Write,
  writerOn,
} from '#generation';
import { writeCheckpoint } from '#lstm';
import { Vocabulary } from '#text';
import { openModel } from '../../src/open-model.ts';
import { madeModel } from '../fakes/made-model.ts';

const WORKER = new URL('../../src/generation-worker.ts', import.meta.url);
const made = madeModel('孙悟空听了，大笑道：“去也！”\n不见……——？。');
const vocabulary = Vocabulary.parse(made.vocabulary);

function savedModel(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'xuxie-thread-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  writeCheckpoint(path.join(folder, 'model.safetensors'), made);
  return folder;
}

const order = (change: Partial<SampleOrder> = {}): SampleOrder => ({
  cursor: startCursor(vocabulary),
  opening: '孙悟空',
  settings: { temperature: 0.8, length: 40 },
  seed: 1,
  ...change,
});

async function collect(write: Write, asked: SampleOrder): Promise<{ text: string; end: Cursor }> {
  const passage = write(asked);
  let text = '';
  for (;;) {
    const next = await passage.next();
    if (next.done) return { text, end: next.value };
    text += next.value;
  }
}

it('writes many passages at once, each as it would be written alone and on the main thread', async () => {
  const model = savedModel();
  await using thread = await GenerationThread.start(WORKER, { model, slots: 8, threads: 1 });
  const orders = Array.from({ length: 20 }, (_, seed) =>
    order({
      seed,
      opening: '孙悟空听了。'.repeat(seed % 7),
      settings: { temperature: 0.8, length: 10 + seed },
    }),
  );
  const together = await Promise.all(orders.map((one) => collect(thread.write, one)));
  await using opened = await openModel(model, { slots: 1 });
  const here = writerOn(opened.session, opened.model);
  for (const [at, one] of orders.entries())
    expect(together[at], `passage ${at}`).toEqual(await collect(here, one));
  const { end } = together[3]!;
  const on = order({ cursor: end, opening: '' });
  expect(await collect(thread.write, on)).toEqual(await collect(here, on));
});

it('stops a passage on request, also one that still waits, and keeps what is there', async () => {
  await using thread = await GenerationThread.start(WORKER, { model: savedModel(), slots: 1, threads: 1 });
  const settings = { temperature: 1, length: 10_000 };
  const stop = new AbortController();
  const long = thread.write(order({ settings, signal: stop.signal }));
  const waiting = thread.write(order({ settings, seed: 2, signal: AbortSignal.abort() }));
  const second = waiting.next();
  let text = String((await long.next()).value);
  stop.abort();
  let end: Cursor | undefined;
  while (!end) {
    const next = await long.next();
    if (next.done) end = next.value;
    else text += next.value;
  }
  expect([...text].length).toBeLessThan(10_000);
  expect(end.recent.endsWith(text.slice(-20))).toBe(true);
  expect((await second).done).toBe(true);
});

it('says in the person’s words what it cannot read or open, and writes on', async () => {
  await using thread = await GenerationThread.start(WORKER, { model: savedModel(), slots: 2, threads: 1 });
  await expect(collect(thread.write, order({ opening: '\ud800' }))).rejects.toMatchObject({
    code: 'text.lone-surrogate',
  });
  expect((await collect(thread.write, order())).text).not.toBe('');
  const missing = GenerationThread.start(WORKER, { model: '/nowhere/model', slots: 1, threads: 1 });
  await expect(missing).rejects.toMatchObject({ code: 'model.missing', params: { path: '/nowhere/model' } });
});

it('ends when it is disposed of: passages under way keep what is there, later ones are refused', async () => {
  const thread = await GenerationThread.start(WORKER, { model: savedModel(), slots: 1, threads: 1 });
  const long = thread.write(order({ settings: { temperature: 1, length: 10_000 } }));
  await long.next();
  const rest = collect(() => long, order());
  await thread[Symbol.asyncDispose]();
  expect((await rest).end.recent).not.toBe('');
  await expect(collect(thread.write, order())).rejects.toThrow(/ended/);
});

it('does not wait for ever for a worker that ends without a word', async () => {
  const silent = new URL('data:text/javascript,process.exit(3)');
  const starting = GenerationThread.start(silent, { model: '', slots: 1, threads: 1 });
  await expect(starting).rejects.toThrow(/ended with 3/);
});
