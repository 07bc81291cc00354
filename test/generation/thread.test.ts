import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import {
  GenerationThread,
  type Order,
  recentOf,
  type StatesPlace,
  type Write,
  type Written,
  writerOn,
} from '#generation';
import { writeCheckpoint } from '#lstm';
import { openModel } from '../../src/open-model.ts';
import { madeModel } from '../fakes/made-model.ts';
import { segmentsOf } from './batch.ts';

const WORKER = new URL('../../src/generation-worker.ts', import.meta.url);
const made = madeModel('孙悟空听了，大笑道：“去也！”\n不见……——？。');

function folder(): string {
  const made = mkdtempSync(path.join(tmpdir(), 'xuxie-thread-'));
  onTestFinished(() => rmSync(made, { recursive: true }));
  return made;
}

function savedModel(): string {
  const model = folder();
  writeCheckpoint(path.join(model, 'model.safetensors'), made);
  return model;
}

const starting = ({
  model = savedModel(),
  slots = 2,
  states,
}: {
  model?: string;
  slots?: number;
  states?: StatesPlace;
} = {}) => GenerationThread.start(WORKER, { model, slots, threads: 1, states });

const order = (texts: readonly string[], change: Partial<Order> = {}): Order => ({
  passage: `p${texts.length}`,
  group: '',
  reading: { origin: 'start', segments: segmentsOf(texts), whole: true, recent: recentOf(texts.join('')) },
  settings: { temperature: 0.8, length: 40 },
  seed: 1,
  ...change,
});

/** As `order`, but of a reading that does not go back to its origin: only a kept state gets there. */
function near(texts: readonly string[], change: Partial<Order> = {}): Order {
  const { reading, ...rest } = order(texts, change);
  const segments = reading.segments.map((segment) => ({ ...segment, end: segment.end + 5000 }));
  return { ...rest, reading: { ...reading, segments, whole: false } };
}

async function collect(write: Write, asked: Order): Promise<{ text: string; end: Written }> {
  const passage = write(asked);
  let text = '';
  for (;;) {
    const next = await passage.next();
    if (next.done) return { text, end: next.value };
    text += next.value;
  }
}

const writeWith =
  (thread: GenerationThread): Write =>
  (asked) =>
    thread.write(asked);
const LONG = { temperature: 1, length: 10_000 };

describe('the generation worker', () => {
  it('writes many passages at once, each as it would be written alone and on the main thread', async () => {
    const model = savedModel();
    await using thread = await starting({ model, slots: 8 });
    const orders = Array.from({ length: 20 }, (_, seed) =>
      order(['孙悟空听了。'.repeat(seed % 7), '去也！'].slice(seed % 2), {
        seed,
        passage: `new ${seed}`,
        measure: seed % 3 === 0 ? ['p0'] : [],
        settings: { temperature: 0.8, length: 10 + seed },
      }),
    );
    const together = await Promise.all(orders.map((one) => collect(writeWith(thread), one)));
    await using opened = await openModel(model, { slots: 1 });
    const here = writerOn(opened.session, opened.model);
    for (const [at, one] of orders.entries()) {
      expect(together[at]!.end.text, 'what was given out').toBe(together[at]!.text);
      expect(together[at], `passage ${at}`).toEqual(await collect(here, one));
    }
  });

  it('goes on from the state that a passage left, as if all were read anew', async () => {
    await using thread = await starting();
    await using other = await starting();
    const texts = ['孙悟空听了。'];
    for (let seed = 0; seed < 6; seed++) {
      const { text, end } = await collect(writeWith(thread), order(texts, { seed }));
      expect(await collect(writeWith(other), order(texts, { seed, keep: false }))).toEqual({ text, end });
      const again = near([...texts, text], { seed: 50, keep: false });
      // Where the state is kept the origin stays; where it is not, a new one begins.
      expect((await collect(writeWith(thread), again)).end.origin).toBe('start');
      expect((await collect(writeWith(other), again)).end.origin).toBe('p0+0');
      texts.push(text);
    }
  });

  it('says what it is', async () => {
    await using thread = await starting();
    expect(thread.about).toEqual(made.about);
    expect(thread.vocabulary.toJSON()).toEqual(made.vocabulary);
    expect(thread.arithmetic.cpu).not.toBe('');
    expect(thread.arithmetic.runtime).toMatch(/\d+\.\d+/);
    expect(thread.failed).toBe(false);
  });

  it('says in the person’s words what it cannot read or open, and writes on', async () => {
    await using thread = await starting();
    await expect(collect(writeWith(thread), order(['\ud800']))).rejects.toMatchObject({
      code: 'text.lone-surrogate',
    });
    expect((await collect(writeWith(thread), order(['孙']))).text).not.toBe('');
    await expect(starting({ model: '/nowhere/model' })).rejects.toMatchObject({
      code: 'model.missing',
      params: { path: '/nowhere/model' },
    });
  });

  it('says that it is busy past its limit, and how many wait, and takes on again', async () => {
    await using thread = await starting({ slots: 1 });
    const stop = new AbortController();
    const asked = Array.from({ length: 12 }, (_, seed) =>
      collect(writeWith(thread), order(['孙'], { seed, settings: LONG, signal: stop.signal })),
    );
    const settled = Promise.allSettled(asked);
    // Those that are refused are told so at once, while the first is being written.
    const refusal = await Promise.any(
      asked.map((one) =>
        one.then(
          () => Promise.reject(),
          (error) => error,
        ),
      ),
    );
    expect(refusal).toMatchObject({ code: 'generation.busy' });
    stop.abort();
    const refused = (await settled).flatMap((end) => (end.status === 'rejected' ? [end.reason] : []));
    // One in the row and four that wait, or five that wait.
    expect(refused.length).toBeGreaterThanOrEqual(12 - 6);
    expect(refused.length).toBeLessThanOrEqual(12 - 5);
    for (const { params } of refused) expect([4, 5]).toContain(params.waiting);
    expect((await collect(writeWith(thread), order(['孙']))).text).not.toBe('');
  });
});

describe('stopping', () => {
  it('ends a passage that is written, keeping what is there, and one that waits or has just come', async () => {
    await using thread = await starting({ slots: 1 });
    const stop = new AbortController();
    const long = thread.write(order(['孙'], { settings: LONG, signal: stop.signal }));
    let text = String((await long.next()).value);
    const waits = new AbortController();
    const waiting = collect(
      writeWith(thread),
      order(['孙'], { settings: LONG, seed: 2, signal: waits.signal }),
    );
    const aborted = order(['孙'], { settings: LONG, seed: 3, signal: AbortSignal.abort() });
    const nothing = { text: '', end: { text: '', origin: 'start', surprise: {} } };
    expect(await collect(writeWith(thread), aborted)).toEqual(nothing);
    waits.abort();
    expect(await waiting).toEqual(nothing);
    stop.abort();
    for (;;) {
      const next = await long.next();
      if (next.done) {
        expect(next.value.text).toBe(text);
        break;
      }
      text += next.value;
    }
    expect([...text].length).toBeLessThan(10_000);
  });

  it('is what leaving early means: the row is free for the next', async () => {
    await using thread = await starting({ slots: 1 });
    for (let seed = 0; seed < 3; seed++)
      for await (const _ of thread.write(order(['孙'], { seed, settings: LONG }))) break;
    expect((await collect(writeWith(thread), order(['孙']))).text).not.toBe('');
  });

  it('of all is the end of the worker: what is there stays, later passages are refused', async () => {
    const thread = await starting({ slots: 1 });
    const long = thread.write(order(['孙'], { settings: LONG }));
    const first = String((await long.next()).value);
    const rest = collect(() => long, order([]));
    const waiting = collect(writeWith(thread), order(['孙'], { settings: LONG, seed: 2 }));
    await thread[Symbol.asyncDispose]();
    const { end } = await rest;
    expect(end.text.startsWith(first)).toBe(true);
    expect([...end.text].length).toBeLessThan(10_000);
    expect((await waiting).end.text).toBe('');
    expect(thread.failed).toBe(true);
    await expect(collect(writeWith(thread), order([]))).rejects.toThrow(/ended/);
    await expect(thread.forget(['p0'])).rejects.toThrow(/ended/);
    await thread[Symbol.asyncDispose]();
  });
});

describe('states', () => {
  it('survive the worker: the next one goes on from them', async () => {
    const model = savedModel();
    const states = { file: path.join(folder(), 'states', 'v.db') };
    const texts = ['孙悟空听了。'];
    {
      await using thread = await starting({ model, states });
      texts.push((await collect(writeWith(thread), order(texts))).text);
    }
    await using thread = await starting({ model, states });
    const next = await collect(writeWith(thread), near(texts));
    expect(next.end.origin).toBe('start');
    await using fresh = await starting({ model });
    expect((await collect(writeWith(fresh), order(texts))).end).toEqual(next.end);
  });

  it('are encrypted with a key, and are not there for one who has another: then the text is read', async () => {
    const model = savedModel();
    const file = path.join(folder(), 'v.db');
    const key = new Uint8Array(32).fill(7);
    const texts = ['孙悟空听了。'];
    {
      await using thread = await starting({ model, states: { file, key } });
      texts.push((await collect(writeWith(thread), order(texts))).text);
    }
    {
      await using thread = await starting({ model, states: { file, key } });
      expect((await collect(writeWith(thread), near(texts, { keep: false }))).end.origin).toBe('start');
    }
    await using thread = await starting({ model, states: { file, key: new Uint8Array(32).fill(8) } });
    expect((await collect(writeWith(thread), near(texts))).end.origin).toBe('p0+0');
  });

  it('are forgotten by passage, for this worker and the next, and the answer comes after', async () => {
    const model = savedModel();
    const states = { file: path.join(folder(), 'v.db') };
    const texts = ['孙悟空听了。', '大笑道。'];
    {
      await using thread = await starting({ model, states });
      texts.push((await collect(writeWith(thread), order(texts))).text);
      const behind = near(texts, { keep: false });
      expect((await collect(writeWith(thread), behind)).end.origin).toBe('start');
      await thread.forget(['p1', 'p2']);
      expect((await collect(writeWith(thread), behind)).end.origin).toBe('p0+0');
      await thread.forget([]);
    }
    await using thread = await starting({ model, states });
    expect((await collect(writeWith(thread), near(texts))).end.origin).toBe('p0+0');
  });
});

/** A worker that says that it is ready, and does `then` with each message `m`. */
const startScript = (then: string) =>
  GenerationThread.start(
    new URL(
      `data:text/javascript,${encodeURIComponent(`
        import { parentPort } from 'node:worker_threads';
        parentPort.postMessage(${JSON.stringify({
          kind: 'ready',
          vocabulary: made.vocabulary,
          about: made.about,
          arithmetic: { cpu: '', runtime: '' },
        })});
        const heard = [];
        parentPort.on('message', (m) => { heard.push(m.kind + m.id); ${then} });
      `)}`,
    ),
    { model: '', slots: 1, threads: 1 },
  );

it('whoever leaves early, or aborts, has the passage stopped; nobody else has', async () => {
  const thread = await startScript(`
    const text = heard.join();
    if (m.kind === 'close') parentPort.close();
    else if (text.length > 0) parentPort.postMessage({ kind: 'wrote', passages: [
      { id: m.id, text, ...(m.kind === 'stop' && { end: { text, origin: 'start', surprise: {} } }) },
    ] });
  `);
  for await (const _ of thread.write(order([]))) break;
  const stop = new AbortController();
  const second = thread.write(order([], { signal: stop.signal }));
  expect((await second.next()).value).toBe('write0,stop0,write1');
  stop.abort();
  expect((await second.next()).value).toBe('write0,stop0,write1,stop1');
  expect((await second.next()).done).toBe(true);
  stop.abort();
  const third = thread.write(order([]));
  expect((await third.next()).value).toBe('write0,stop0,write1,stop1,write2');
  await Promise.all([third.return(undefined as never), thread[Symbol.asyncDispose]()]);
});

describe('a worker that ends by itself', () => {
  it.each([
    ['leaves without a word', 'process.exit(3)', /ended with 3/],
    ['throws', "throw new Error('a fault')", /a fault/],
    [
      'says that it cannot go on',
      "parentPort.postMessage({ kind: 'failed', problem: { message: 'no memory' } }); parentPort.close()",
      /no memory/,
    ],
  ])('and %s: what was asked for fails, and so does what comes', async (_, then, message) => {
    const thread = await startScript(then);
    const asked = Promise.allSettled([
      collect(writeWith(thread), order([])),
      collect(writeWith(thread), order([])),
      thread.forget(['p0']),
    ]);
    for (const end of await asked)
      expect(end).toMatchObject({ status: 'rejected', reason: { message: expect.stringMatching(message) } });
    expect(thread.failed).toBe(true);
    await expect(collect(writeWith(thread), order([]))).rejects.toThrow(message);
    await thread[Symbol.asyncDispose]();
  });

  it('is not waited for when it never begins', async () => {
    const silent = new URL('data:text/javascript,process.exit(3)');
    const options = { model: '', slots: 1, threads: 1 };
    await expect(GenerationThread.start(silent, options)).rejects.toThrow(/ended with 3/);
    const broken = new URL("data:text/javascript,throw new Error('a fault')");
    await expect(GenerationThread.start(broken, options)).rejects.toThrow(/a fault/);
  });
});
