import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UserError } from '#errors';
import {
  decodePlace,
  encodePlace,
  isSnapshot,
  type Keeping,
  type Origin,
  type Place,
  StateCache,
  stateKind,
} from '#generation';
import type { Storage } from '#storage';
import { type MemoryStorage, memoryStorage } from '../fakes/memory-storage.ts';

const HIDDEN = 4;
const BYTES = 4 * (2 * HIDDEN + 1);

/** A place that tells by its numbers which it is. */
const placeOf = (n: number): Place => ({
  state: {
    h: Float32Array.from({ length: HIDDEN }, (_, i) => n + i / 8),
    c: Float32Array.from({ length: HIDDEN }, (_, i) => -n - i / 8),
  },
  pending: n,
});

const cacheOn = (storage?: Storage, hotBytes = 100 * BYTES) =>
  new StateCache({ hidden: HIDDEN, hotBytes, storage });

/** Segments with these ids; each is longer than what is read sooner than a store is asked. */
const path = (...passages: string[]) => passages.map((passage) => ({ passage, text: '天'.repeat(300) }));

const pendingOf = async (cache: StateCache, origin: Origin, ...passages: string[]) =>
  (await cache.nearest(origin, path(...passages)))?.place.pending;

async function keysIn(storage: Storage): Promise<string[]> {
  const keys: string[] = [];
  for await (const key of storage.keys(stateKind)) keys.push(key);
  return keys.sort();
}

describe('a kept place', () => {
  it('comes back bit for bit, from bytes that begin anywhere', () => {
    const floats = fc.array(fc.float(), { minLength: HIDDEN, maxLength: HIDDEN });
    fc.assert(
      fc.property(floats, floats, fc.nat(), fc.integer({ min: 0, max: 9 }), (h, c, pending, offset) => {
        const place = { state: { h: Float32Array.from(h), c: Float32Array.from(c) }, pending };
        const bytes = encodePlace(place);
        expect(bytes).toHaveLength(BYTES);
        const room = Buffer.alloc(BYTES + 20, 255);
        room.set(bytes, offset);
        const views = [
          bytes,
          new Uint8Array(room.buffer, room.byteOffset + offset, BYTES),
          room.subarray(offset, offset + BYTES),
        ];
        for (const view of views) {
          const decoded = decodePlace(view, HIDDEN)!;
          expect(encodePlace(decoded)).toEqual(bytes);
          expect(decoded).toEqual(place);
          const before = encodePlace(decoded);
          room.fill(0);
          expect(encodePlace(decoded), 'is not overwritten with the bytes it came from').toEqual(before);
          room.set(bytes, offset);
        }
      }),
    );
  });

  it('is encoded from states that are views of something larger', () => {
    const rows = Float32Array.from({ length: 3 * HIDDEN }, (_, i) => i);
    const state = { h: rows.subarray(HIDDEN, 2 * HIDDEN), c: rows.subarray(2 * HIDDEN) };
    const decoded = decodePlace(encodePlace({ state, pending: 7 }), HIDDEN);
    expect(decoded).toEqual({ state: { h: state.h.slice(), c: state.c.slice() }, pending: 7 });
  });

  it('is not read as one of another size', () => {
    const bytes = encodePlace(placeOf(1));
    expect(decodePlace(bytes, HIDDEN + 1)).toBeUndefined();
    expect(decodePlace(bytes, HIDDEN - 1)).toBeUndefined();
    expect(decodePlace(bytes.subarray(1), HIDDEN)).toBeUndefined();
    expect(decodePlace(new Uint8Array(), HIDDEN)).toBeUndefined();
  });
});

it('a snapshot stands wherever a multiple of 1,024 characters is crossed or reached', () => {
  expect(isSnapshot(0, 1023)).toBe(false);
  expect(isSnapshot(0, 1024)).toBe(true);
  expect(isSnapshot(1024, 1025)).toBe(false);
  expect(isSnapshot(1023, 1025)).toBe(true);
  expect(isSnapshot(1024, 1024)).toBe(false);
  expect(isSnapshot(2000, 5000)).toBe(true);
});

describe('the nearest state', () => {
  it('is the one behind the last passage that has one, under the same origin only', async () => {
    const cache = cacheOn();
    cache.keep('start', 'a', placeOf(1), 'hot');
    cache.keep('start', 'b', placeOf(2), 'stored');
    cache.keep('a+3', 'c', placeOf(3), 'stored');
    const found = await cache.nearest('start', path('a', 'b', 'c', 'd'));
    expect(found).toEqual({ place: placeOf(2), index: 1 });
    expect(await pendingOf(cache, 'start', 'a')).toBe(1);
    expect(await pendingOf(cache, 'a+3', 'a', 'b', 'c')).toBe(3);
    expect(await cache.nearest('a+4', path('a', 'b', 'c'))).toBeUndefined();
    expect(await cache.nearest('start', [])).toBeUndefined();
  });

  it('is found among what is not written yet, although memory has no room for it', async () => {
    const storage = memoryStorage();
    const cache = cacheOn(storage, BYTES);
    cache.keep('start', 'a', placeOf(1), 'stored');
    cache.keep('start', 'other', placeOf(2), 'stored');
    expect(storage.size).toBe(0);
    expect(await pendingOf(cache, 'start', 'a')).toBe(1);
  });

  it('is found in the store, and then in memory', async () => {
    const storage = memoryStorage();
    await using first = cacheOn(storage);
    first.keep('start', 'a', placeOf(1), 'stored');
    first.keep('start', 'b', placeOf(2), 'stored');
    await first.flush();
    const reads: (readonly string[])[] = [];
    const next = cacheOn(watched(storage, (keys) => reads.push(keys)));
    expect(await next.nearest('start', path('a', 'b', 'c'))).toEqual({ place: placeOf(2), index: 1 });
    expect(await pendingOf(next, 'start', 'a', 'b')).toBe(2);
    expect(reads).toHaveLength(1);
  });

  it('is asked of the store behind what memory has, unless little is to be read', async () => {
    const storage = memoryStorage();
    await using first = cacheOn(storage);
    first.keep('start', 'b', placeOf(2), 'stored');
    await first.flush();
    const reads: (readonly string[])[] = [];
    const cache = cacheOn(watched(storage, (keys) => reads.push(keys)));
    cache.keep('start', 'a', placeOf(1), 'hot');
    const short = [
      { passage: 'a', text: '天' },
      { passage: 'typed', text: '天'.repeat(200) },
    ];
    expect((await cache.nearest('start', short))?.index).toBe(0);
    expect(reads).toEqual([]);
    expect(await pendingOf(cache, 'start', 'a', 'b')).toBe(2);
    expect(reads).toEqual([['start/b']]);
    expect(await pendingOf(cache, 'start', 'a', 'unknown')).toBe(1);
  });

  it('of another size does not count', async () => {
    const storage = memoryStorage();
    const other = new StateCache({ hidden: HIDDEN + 1, hotBytes: 10_000, storage });
    const state = { h: new Float32Array(HIDDEN + 1), c: new Float32Array(HIDDEN + 1) };
    other.keep('start', 'b', { state, pending: 9 }, 'stored');
    await other.flush();
    const cache = cacheOn(storage);
    cache.keep('start', 'a', placeOf(1), 'stored');
    expect(await pendingOf(cache, 'start', 'a', 'b')).toBe(1);
  });
});

it('memory holds so many bytes, and what was used least recently goes first', async () => {
  const cache = cacheOn(undefined, 3 * BYTES);
  for (const [at, passage] of ['a', 'b', 'c'].entries()) cache.keep('start', passage, placeOf(at), 'hot');
  expect(cache.hotBytes).toBe(3 * BYTES);
  expect(await pendingOf(cache, 'start', 'a')).toBe(0);
  cache.keep('start', 'd', placeOf(3), 'hot');
  expect(cache.hotBytes).toBe(3 * BYTES);
  expect(await pendingOf(cache, 'start', 'b')).toBeUndefined();
  expect(await pendingOf(cache, 'start', 'a')).toBe(0);
  expect(await pendingOf(cache, 'start', 'd')).toBe(3);
});

describe('the store', () => {
  it('keeps the head and the snapshots: the head before leaves, what is hot never comes', async () => {
    const storage = memoryStorage();
    const cache = cacheOn(storage);
    const keep = (passage: string, n: number, keeping: Keeping, before?: string) =>
      cache.keep('start', passage, placeOf(n), keeping, before);
    keep('a', 1, 'stored');
    await cache.flush();
    expect(await keysIn(storage)).toEqual(['start/a']);
    keep('typed', 2, 'hot');
    keep('b', 3, 'stored', 'a');
    await cache.flush();
    expect(await keysIn(storage)).toEqual(['start/b']);
    keep('c', 4, 'stored');
    keep('d', 5, 'stored', 'c');
    await cache.flush();
    expect(await keysIn(storage)).toEqual(['start/b', 'start/d']);
    expect(await pendingOf(cache, 'start', 'a')).toBe(1);
  });

  it('is written to by itself once much has been gathered', async () => {
    const storage = memoryStorage();
    const cache = cacheOn(storage);
    for (let n = 0; n < 200; n++) cache.keep('start', `p${n}`, placeOf(n), 'stored');
    await cache.nearest('start', path('nowhere'));
    expect(storage.size).toBeGreaterThanOrEqual(128);
  });

  it('holds what one process kept for the next', async () => {
    const storage = memoryStorage();
    {
      await using cache = cacheOn(storage);
      for (let n = 0; n < 100; n++) cache.keep('p+3', `p${n}`, placeOf(n), 'stored');
    }
    const next = cacheOn(storage);
    for (let n = 0; n < 100; n++)
      expect(await next.nearest('p+3', path(`p${n}`))).toEqual({ place: placeOf(n), index: 0 });
  });

  it('costs nothing but reading when it refuses, is away or is damaged', async () => {
    const storage = memoryStorage();
    const cache = cacheOn(storage);
    storage.failNext(new UserError('storage.disk-full'));
    cache.keep('start', 'a', placeOf(1), 'stored');
    await cache.flush();
    cache.keep('start', 'b', placeOf(2), 'stored');
    await cache[Symbol.asyncDispose]();
    expect(await keysIn(storage)).toEqual(['start/b']);

    const away = cacheOn(refusing(storage, new UserError('storage.unreachable')));
    expect(await away.nearest('start', path('b'))).toBeUndefined();
    away.keep('start', 'c', placeOf(3), 'hot');
    expect(await pendingOf(away, 'start', 'c', 'b')).toBe(3);
  });

  it('loses only the record that is damaged', async () => {
    const storage = memoryStorage();
    await using first = cacheOn(storage);
    for (const [at, passage] of ['a', 'b', 'c'].entries())
      first.keep('start', passage, placeOf(at), 'stored');
    await first.flush();
    const { name, version } = stateKind;
    const damaged = { kind: { name, version, schema: stateKind.schema }, key: 'start/b', value: 'no bytes' };
    await storage.write([damaged]);
    expect(await pendingOf(cacheOn(storage), 'start', 'a', 'b')).toBe(0);
    expect(await keysIn(storage)).toEqual(['start/a', 'start/c']);
  });
});

describe('forgetting', () => {
  const ORIGINS: readonly Origin[] = ['start', 'a+0', 'erased+12'];

  it('drops what is behind a passage whatever the origin, in memory, unwritten and in the store', async () => {
    const storage = memoryStorage();
    const cache = cacheOn(storage);
    const keepAll = () => {
      for (const origin of ORIGINS)
        for (const [at, passage] of ['a', 'erased', 'behind'].entries())
          cache.keep(origin, passage, placeOf(at), 'stored');
    };
    keepAll();
    await cache.flush();
    keepAll();
    await cache.forget(['erased', 'behind']);
    expect(await keysIn(storage)).toEqual(ORIGINS.map((origin) => `${origin}/a`).sort());
    for (const reader of [cache, cacheOn(storage)]) {
      for (const origin of ORIGINS) {
        expect(await pendingOf(reader, origin, 'erased')).toBeUndefined();
        expect(await pendingOf(reader, origin, 'a', 'erased', 'behind')).toBe(0);
      }
    }
    await cache.flush();
    expect(await keysIn(storage)).toHaveLength(ORIGINS.length);
  });

  it('writes nothing of what is forgotten to the disk any more', async () => {
    const storage = memoryStorage();
    const written: unknown[] = [];
    const cache = cacheOn({
      ...storage,
      write: (changes) => {
        written.push(...changes.map(({ key, value }) => [key, value === undefined]));
        return storage.write(changes);
      },
    });
    cache.keep('start', 'erased', placeOf(1), 'stored');
    cache.keep('start', 'a', placeOf(2), 'stored');
    await cache.forget(['erased']);
    expect(written).toEqual([
      ['start/erased', true],
      ['start/a', false],
    ]);
  });

  it('drops what an earlier process left', async () => {
    const storage = memoryStorage();
    await using first = cacheOn(storage);
    first.keep('start', 'a', placeOf(1), 'stored');
    first.keep('start', 'erased', placeOf(2), 'stored');
    await first.flush();
    await cacheOn(storage).forget(['erased']);
    expect(await keysIn(storage)).toEqual(['start/a']);
  });

  it('says so when the store does not forget', async () => {
    const storage = memoryStorage();
    const cache = cacheOn(storage);
    cache.keep('start', 'erased', placeOf(1), 'stored');
    await cache.flush();
    const full = new UserError('storage.disk-full');
    storage.failNext(full);
    await expect(cache.forget(['erased'])).rejects.toBe(full);
    await cache.forget(['erased']);
    expect(await keysIn(storage)).toEqual([]);
  });

  it('does not bring back what was being looked up', async () => {
    const storage = memoryStorage();
    await using first = cacheOn(storage);
    first.keep('start', 'erased', placeOf(1), 'stored');
    await first.flush();
    let read = () => {};
    const asked = new Promise<void>((resolve) => {
      read = resolve;
    });
    let goOn = () => {};
    const held = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    const cache = cacheOn(watched(storage, () => read(), held));
    const looking = cache.nearest('start', path('erased'));
    await asked;
    const forgotten = cache.forget(['erased']);
    goOn();
    await looking;
    await forgotten;
    expect(cache.hotBytes).toBe(0);
    expect(await pendingOf(cache, 'start', 'erased')).toBeUndefined();
  });

  it('holds on to nothing in a cache without a store', async () => {
    const cache = cacheOn();
    cache.keep('start', 'erased', placeOf(1), 'stored');
    await cache.forget(['erased']);
    expect(cache.hotBytes).toBe(0);
    expect(await pendingOf(cache, 'start', 'erased')).toBeUndefined();
  });
});

/** A storage that tells which keys are asked for, and gives what it has read once `held` resolves. */
function watched(
  storage: MemoryStorage,
  asked: (keys: readonly string[]) => void,
  held: Promise<void> = Promise.resolve(),
): Storage {
  return {
    ...storage,
    store: (kind) => {
      const store = storage.store(kind);
      return {
        ...store,
        getMany: async (keys) => {
          const found = await store.getMany(keys);
          asked(keys);
          await held;
          return found;
        },
      };
    },
  };
}

/** A storage that gives nothing out. */
const refusing = (storage: MemoryStorage, error: Error): Storage => ({
  ...storage,
  store: (kind) => ({ ...storage.store(kind), getMany: () => Promise.reject(error) }),
});

it('states that another processor or runtime made are dropped, those of its own stay', async () => {
  const storage = memoryStorage();
  const here = { cpu: 'vnni', runtime: '1' };
  const begin = async (arithmetic: typeof here) => {
    const cache = cacheOn(storage);
    await cache.adopt(arithmetic);
    return cache;
  };
  const first = await begin(here);
  first.keep('start', 'p', placeOf(1), 'stored');
  await first.flush();
  expect(await pendingOf(await begin(here), 'start', 'p')).toBe(1);
  expect(await pendingOf(await begin({ ...here, cpu: '7-bit' }), 'start', 'p')).toBeUndefined();
  expect(await keysIn(storage)).toEqual([]);
});
