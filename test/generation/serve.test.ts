import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { type SentOrder, stateKind } from '#generation';
import type { Storage } from '#storage';
import { gate } from '../fakes/gate.ts';
import { memoryStorage } from '../fakes/memory-storage.ts';
import { bytesBehind, segmentsOf } from './batch.ts';
import { serving } from './served.ts';

const order = (change: Partial<SentOrder> = {}, texts: readonly string[] = ['孙悟空']): SentOrder => ({
  passage: 'new',
  group: '',
  reading: { origin: 'start', segments: segmentsOf(texts), whole: true, recent: '' },
  settings: { temperature: 1, length: 10 },
  seed: 1,
  ...change,
});
const LONG = { temperature: 1, length: 5000 };

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

const SHORT = { temperature: 1, length: 1 };
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

it('clears away what many passages left behind, and only when nobody writes', async () => {
  let rested = 0;
  const served = serving({ slots: 64, rest: () => void rested++ });
  const some = (count: number) =>
    Promise.all(Array.from({ length: count }, () => served.write(order({ settings: SHORT })).end));
  await some(200);
  await some(200);
  await some(100);
  expect(rested).toBe(0);
  await some(20);
  served.close();
  await served.end;
  expect(rested).toBe(1);
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
