import { setImmediate } from 'node:timers/promises';
import { MessageChannel } from 'node:worker_threads';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { InferenceSession } from '#engines';
import {
  type FromWorker,
  type SentOrder,
  StateCache,
  serveGeneration,
  stateKind,
  type ToWorker,
  type WritingModel,
  type Written,
} from '#generation';
import type { Storage } from '#storage';
import { Vocabulary } from '#text';
import { madeModel } from '../fakes/made-model.ts';
import { memoryStorage } from '../fakes/memory-storage.ts';
import { noiseSession } from '../fakes/noise-session.ts';
import { bytesBehind, segmentsOf } from './batch.ts';

const made = madeModel('孙悟空听了，大笑道：“去也！”\n不见……——？。');
const model: WritingModel = { vocabulary: Vocabulary.parse(made.vocabulary), about: made.about };

const order = (change: Partial<SentOrder> = {}, texts: readonly string[] = ['孙悟空']): SentOrder => ({
  passage: 'new',
  group: '',
  reading: { origin: 'start', segments: segmentsOf(texts), whole: true, recent: '' },
  settings: { temperature: 1, length: 10 },
  seed: 1,
  ...change,
});
const LONG = { temperature: 1, length: 5000 };

/** A gate that holds whoever waits for it until it is opened. */
function gate() {
  let open = () => {};
  let reached = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  const someone = new Promise<void>((resolve) => {
    reached = resolve;
  });
  return {
    open: () => open(),
    /** Resolves when somebody waits. */
    reached: someone,
    wait: () => {
      reached();
      return opened;
    },
  };
}

type End = { readonly text: string; readonly end?: Written; readonly problem?: unknown };

/** What a fake session does beside its work. */
type Around = {
  readonly decode?: () => Promise<unknown> | unknown;
  readonly prefill?: () => Promise<unknown> | unknown;
};

/** A served session of noise, and what asks it. */
function serving({
  slots = 2,
  storage,
  around = {},
  now,
}: {
  slots?: number;
  storage?: Storage;
  now?: () => number;
  around?: Around;
} = {}) {
  const noise = noiseSession(model.vocabulary, 8, slots);
  // As the real one, it lets messages be heard before each call.
  const session: InferenceSession = {
    ...noise,
    decode: async (...call) => {
      await setImmediate();
      await around.decode?.();
      return noise.decode(...call);
    },
    prefill: async (...call) => {
      await setImmediate();
      await around.prefill?.();
      return noise.prefill(...call);
    },
  };
  const { port1, port2 } = new MessageChannel();
  const states = new StateCache({ hidden: 1, hotBytes: 2 ** 20, storage });
  let ended = false;
  const end = serveGeneration(port2, { session, model, states, slots, ...(now && { now }) }).then(() => {
    ended = true;
    port2.close();
  });
  onTestFinished(() => port1.close());
  const heard = new Map<number, End>();
  const waiting = new Map<number, (end: End) => void>();
  const settle = (id: number, change: Partial<End>) => {
    const known = { ...(heard.get(id) ?? { text: '' }), ...change };
    if (heard.get(id)?.end || heard.get(id)?.problem) throw new Error(`${id} has ended already`);
    heard.set(id, known);
    if (known.end || known.problem) waiting.get(id)?.(known);
  };
  port1.on('message', (message: FromWorker) => {
    if (message.kind === 'forgotten') settle(message.id, { problem: 'forgotten' });
    if (message.kind === 'refused') settle(message.id, { problem: message.problem });
    if (message.kind !== 'wrote') return;
    for (const part of message.passages)
      settle(part.id, {
        text: (heard.get(part.id)?.text ?? '') + part.text,
        ...(part.end && { end: part.end }),
      });
  });
  const tell = (message: ToWorker) => port1.postMessage(message);
  let next = 0;
  const answer = (id: number) => new Promise<End>((resolve) => waiting.set(id, resolve));
  return {
    states,
    /** Resolves when the service has ended. */
    end,
    get ended() {
      return ended;
    },
    heard: (id: number) => heard.get(id),
    write(asked: SentOrder) {
      const id = next++;
      tell({ kind: 'write', id, order: asked });
      return { id, end: answer(id), stop: () => tell({ kind: 'stop', id }) };
    },
    forget(...passages: string[]) {
      const id = next++;
      tell({ kind: 'forget', id, passages });
      return answer(id);
    },
    close: () => tell({ kind: 'close' }),
  };
}

/** A storage that looks states up only once a gate is open. */
function heldBy(storage: Storage, held: ReturnType<typeof gate>): Storage {
  return {
    ...storage,
    store: (kind) => {
      const store = storage.store(kind);
      return {
        ...store,
        getMany: async (keys) => {
          const found = await store.getMany(keys);
          await held.wait();
          return found;
        },
      };
    },
  };
}

const NOTHING = { text: '', end: { text: '', origin: 'start', surprise: {} } };

describe('an order whose state is being looked up', () => {
  it('is stopped before it has come', async () => {
    const held = gate();
    const served = serving({ storage: heldBy(memoryStorage(), held) });
    const one = served.write(order({ settings: LONG }));
    await held.reached;
    one.stop();
    const after = served.write(order({}, ['听']));
    for (let i = 0; i < 20; i++) await setImmediate();
    held.open();
    expect(await one.end).toEqual(NOTHING);
    expect((await after.end).text).not.toBe('');
  });

  it('is waited for when the service is to close', async () => {
    const held = gate();
    const served = serving({ storage: heldBy(memoryStorage(), held) });
    const one = served.write(order());
    await held.reached;
    served.close();
    for (let i = 0; i < 20; i++) await setImmediate();
    expect(served.ended).toBe(false);
    held.open();
    expect((await one.end).end?.text).not.toBe('');
    await served.end;
  });

  it('does not go on from a state that is forgotten meanwhile, and keeps none', async () => {
    const storage = memoryStorage();
    const first = serving({ storage });
    await first.write(order({ passage: 'p1' })).end;
    await first.states.flush();
    const held = gate();
    const served = serving({ storage: heldBy(storage, held) });
    const one = served.write(order({ measure: ['p0', 'p1'] }, ['孙悟空', '听了']));
    const other = served.write(order({ passage: 'other' }, []));
    await held.reached;
    const forgotten = served.forget('p1');
    for (let i = 0; i < 20; i++) await setImmediate();
    held.open();
    await forgotten;
    const { end } = await one.end;
    // All was read anew, from the text that came with the order.
    expect(Object.keys(end!.surprise)).toEqual(['p0', 'p1']);
    await other.end;
    expect(await bytesBehind(served.states, 'new')).toBeUndefined();
    expect(await bytesBehind(served.states, 'p1')).toBeUndefined();
    expect(await bytesBehind(served.states, 'other')).toBeDefined();
  });
});

describe('forgetting', () => {
  it('reaches what is being written and what waits', async () => {
    const held = gate();
    let decodes = 0;
    const around = { decode: () => (++decodes === 3 ? held.wait() : undefined) };
    const storage = memoryStorage();
    const served = serving({ slots: 1, storage, around });
    const running = served.write(order({ passage: 'running' }));
    const waiting = served.write(order({ passage: 'waiting' }));
    const another = served.write(order({ passage: 'another' }, []));
    await held.reached;
    const forgotten = served.forget('p0', 'running');
    for (let i = 0; i < 20; i++) await setImmediate();
    held.open();
    expect(await forgotten).toMatchObject({ problem: 'forgotten' });
    for (const one of [running, waiting, another]) expect((await one.end).text).not.toBe('');
    for (const passage of ['running', 'waiting', 'p0'])
      expect(await bytesBehind(served.states, passage), passage).toBeUndefined();
    expect(await bytesBehind(served.states, 'another')).toBeDefined();
    await served.states.flush();
    const kept: string[] = [];
    for await (const key of storage.keys(stateKind)) kept.push(key);
    expect(kept).toEqual(['start/another']);
  });

  it('is answered before the service closes', async () => {
    const held = gate();
    const storage = memoryStorage();
    const slow: Storage = {
      ...storage,
      async *keys(kind) {
        await held.wait();
        yield* storage.keys(kind);
      },
    };
    const served = serving({ storage: slow });
    const forgotten = served.forget('p0');
    await held.reached;
    served.close();
    for (let i = 0; i < 20; i++) await setImmediate();
    expect(served.ended).toBe(false);
    held.open();
    expect(await forgotten).toMatchObject({ problem: 'forgotten' });
    await served.end;
  });

  it('that fails is told, and the service goes on', async () => {
    const storage = memoryStorage();
    const served = serving({ storage });
    await served.write(order()).end;
    await served.states.flush();
    storage.failNext(new Error('no disk'));
    expect(await served.forget('new')).toMatchObject({
      problem: { message: expect.stringMatching('no disk') },
    });
    expect((await served.write(order()).end).text).not.toBe('');
  });
});

describe('errors', () => {
  it('of an order that cannot be read or begun are its own', async () => {
    const served = serving();
    const broken = served.write(order({}, ['孙\ud800']));
    const senseless = served.write(order({ settings: undefined as never }));
    const whole = served.write(order());
    expect((await broken.end).problem).toMatchObject({ code: 'text.lone-surrogate' });
    expect((await senseless.end).problem).toMatchObject({ message: expect.any(String) });
    expect((await whole.end).text).not.toBe('');
  });

  it('that come when a passage gets its row are its own, and give the row back', async () => {
    const served = serving({ slots: 1 });
    const senseless = served.write(order({ settings: { temperature: 1, length: 5, banned: 5 as never } }));
    const whole = served.write(order());
    expect((await senseless.end).problem).toMatchObject({ message: expect.any(String) });
    expect((await whole.end).text).not.toBe('');
    served.close();
    await served.end;
  });

  it('of a step end what was in it, those that wait are written', async () => {
    let decodes = 0;
    const around = {
      decode: () => {
        if (++decodes === 4) throw new Error('out of memory');
      },
    };
    const served = serving({ slots: 2, around });
    const all = Array.from({ length: 5 }, (_, seed) => served.write(order({ seed, passage: `n${seed}` })));
    const ends = await Promise.all(all.map(({ end }) => end));
    const failed = ends.map(({ problem }) => problem !== undefined);
    expect(failed).toEqual([true, true, false, false, false]);
    expect(ends[0]!.problem).toMatchObject({ message: expect.stringMatching('out of memory') });
    for (const { text, end } of ends.slice(2)) expect(end!.text).toBe(text);
    served.close();
    await served.end;
  });

  it('past the limit say how many wait; what is refused leaves nothing behind', async () => {
    const held = gate();
    const around = { decode: () => held.wait() };
    const served = serving({ slots: 1, around });
    const first = served.write(order({}, []));
    await held.reached;
    const more = Array.from({ length: 6 }, (_, seed) => served.write(order({ seed, passage: `n${seed}` })));
    for (const { end } of more.slice(4))
      expect((await end).problem).toEqual({ code: 'generation.busy', params: { waiting: 4 } });
    more[0]!.stop();
    expect(await more[0]!.end).toEqual(NOTHING);
    const late = served.write(order({ passage: 'late' }));
    held.open();
    for (const one of [first, ...more.slice(1, 4), late]) expect((await one.end).end?.text).not.toBe('');
  });
});

describe('the end', () => {
  it('comes when all that was asked for has ended', async () => {
    const served = serving({ slots: 2 });
    const all = Array.from({ length: 6 }, (_, seed) => served.write(order({ seed, passage: `n${seed}` })));
    served.close();
    await served.end;
    for (const [at, { end }] of all.entries()) expect((await end).text, `${at}`).not.toBe('');
  });

  it('comes at once where nobody has asked', async () => {
    const served = serving();
    served.close();
    await served.end;
  });

  it('a stop that comes too late or names nobody does nothing', async () => {
    const served = serving();
    const one = served.write(order());
    const ended = await one.end;
    one.stop();
    const other = served.write(order({ passage: 'other' }));
    expect((await other.end).text).toBe(ended.text);
    expect(served.heard(one.id)).toEqual(ended);
  });
});

describe('states are in the store', () => {
  const stored = async (storage: Storage) => (await Array.fromAsync(storage.keys(stateKind))).sort();

  it('soon after the last passage has ended', async () => {
    const storage = memoryStorage();
    await serving({ storage }).write(order()).end;
    for (let i = 0; i < 20; i++) await setImmediate();
    expect(await stored(storage)).toEqual(['start/new']);
  });

  it('after half a second while others are written', async () => {
    let time = 0;
    const storage = memoryStorage();
    // Each look at the clock takes a while.
    const served = serving({ storage, now: () => (time += 25) });
    const long = served.write(order({ passage: 'long', settings: LONG }));
    const one = served.write(order());
    await one.end;
    while ((await stored(storage)).length === 0) await setImmediate();
    expect(await stored(storage)).toEqual(['start/new']);
    expect(served.heard(long.id)?.end).toBeUndefined();
    long.stop();
    await long.end;
  });
});

it('text comes while a passage is written, not only at its end', async () => {
  const served = serving();
  const one = served.write(order({ settings: { temperature: 1, length: 3000 } }));
  while (!served.heard(one.id)?.text) await setImmediate();
  expect(served.heard(one.id)?.end).toBeUndefined();
  one.stop();
  const { text, end } = await one.end;
  expect(end!.text).toBe(text);
});
