import fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import { z } from 'zod';
import type { Kind, Storage } from '#storage';

/** One place where records are kept. */
export type StoreWorld = {
  /** Opens what is kept at the place; what it gave before is closed by then. */
  open(): Promise<Storage>;
  /** Makes every write fail until what it returns is called. */
  refuse(): Promise<() => Promise<void>>;
};

export const passages: Kind<{ id: string; text: string; at?: number | undefined }> = {
  name: 'passage',
  version: 1,
  schema: z.object({ id: z.string(), text: z.string(), at: z.number().optional() }),
};
export const states: Kind<Uint8Array> = { name: 'state', version: 1, schema: z.instanceof(Uint8Array) };

/** Keys and texts that something on the way could mistake for more than characters. */
const AWKWARD = [
  'a',
  'a/b',
  'a::b',
  '*',
  '[a-z]?',
  '\\',
  "'; --",
  '蕭炎',
  '👩‍👩‍👧',
  ' ',
  'A',
  'á',
  'passage/',
  '%',
  '-',
];
const TEXTS = [
  '',
  '蕭炎笑了笑。',
  '\u0000\n\u2028',
  'lone \ud800 half',
  '😀'.repeat(40),
  'x'.repeat(1 << 20),
];

/** Holds a storage to its port. `create` makes an empty place for each test. */
export function storeContract(name: string, create: () => Promise<StoreWorld>): void {
  describe(`${name} keeps the contract of storages`, () => {
    async function opened() {
      const world = await create();
      let storage = await world.open();
      onTestFinished(async () => storage[Symbol.asyncDispose]());
      const again = async () => {
        await storage[Symbol.asyncDispose]();
        storage = await world.open();
        return storage;
      };
      return { world, storage, again };
    }

    it('gives back what was written, under every key and any text, also after opening again', async () => {
      const { storage, again } = await opened();
      const put = storage.store(passages).put;
      await storage.write([
        ...AWKWARD.map((key) => put(key, { id: key, text: `of ${key}` })),
        ...TEXTS.map((text, i) => put(`text ${i}`, { id: String(i), text })),
      ]);
      const all = async ({ store }: Storage) => {
        const { get, getMany } = store(passages);
        for (const key of AWKWARD) expect(await get(key)).toEqual({ id: key, text: `of ${key}` });
        const texts = await getMany(TEXTS.map((_, i) => `text ${i}`));
        expect(texts.map((found) => found?.text)).toEqual(TEXTS);
      };
      await all(storage);
      await all(await again());
    });

    it('keeps bytes as bytes, and gives them out aligned and as a copy', async () => {
      const { storage } = await opened();
      const store = storage.store(states);
      const bytes = Uint8Array.from({ length: 8192 }, (_, i) => i % 256);
      await storage.write([store.put('a', bytes), store.put('none', new Uint8Array())]);
      const first = (await store.get('a'))!;
      expect(first).toEqual(bytes);
      expect(first.constructor).toBe(Uint8Array);
      expect(new Float32Array(first.buffer, first.byteOffset, 2048)).toHaveLength(2048);
      first.fill(0);
      expect(await store.get('a')).toEqual(bytes);
      expect(await store.get('none')).toEqual(new Uint8Array());
    });

    it('writes values as they were when it was asked', async () => {
      const { storage } = await opened();
      const [text, bytes] = [storage.store(passages), storage.store(states)];
      const value = { id: 'a', text: 'before' };
      const state = Uint8Array.of(1, 2, 3);
      const writing = storage.write([text.put('a', value), bytes.put('a', state)]);
      value.text = 'behind';
      state.fill(9);
      await writing;
      expect(await text.get('a')).toEqual({ id: 'a', text: 'before' });
      expect(await bytes.get('a')).toEqual(Uint8Array.of(1, 2, 3));
    });

    it('has nothing under a key that was never written or was dropped, and keeps the order of getMany', async () => {
      const { storage } = await opened();
      const { put, drop, getMany, get } = storage.store(passages);
      await storage.write([put('a', { id: 'a', text: '1' }), put('b', { id: 'b', text: '2' })]);
      await storage.write([drop('a'), drop('never')]);
      expect(await get('a')).toBeUndefined();
      expect((await getMany(['c', 'b', 'a', 'b'])).map((found) => found?.id)).toEqual([
        undefined,
        'b',
        undefined,
        'b',
      ]);
      expect(await getMany([])).toEqual([]);
      await storage.write([]);
    });

    it('of many writes at once, to one key or to many, the last counts', async () => {
      const { storage } = await opened();
      const { put, drop, get } = storage.store(passages);
      const text = (n: number) => ({ id: 'n', text: String(n) });
      await Promise.all(
        Array.from({ length: 200 }, (_, n) =>
          storage.write([
            put('one', text(n)),
            put(`own ${n}`, text(n)),
            drop('one'),
            put('one', text(n + 1000)),
          ]),
        ),
      );
      expect((await get('one'))?.text).toBe('1199');
      for (const n of [0, 99, 199]) expect((await get(`own ${n}`))?.text).toBe(String(n));
      const writing = [storage.write([put('one', text(1))]), storage.write([drop('one')])];
      await Promise.all(writing);
      expect(await get('one')).toBeUndefined();
    });

    it('lists the keys of one kind, each once, over many pages', async () => {
      const { storage } = await opened();
      const short: Kind<string> = { name: 'pass', version: 1, schema: z.string() };
      const keys = Array.from({ length: 2_500 }, (_, i) => `k${i}`);
      await storage.write([
        ...[...keys, ...AWKWARD].map((key) => storage.store(passages).put(key, { id: key, text: '' })),
        storage.store(short).put('age/k', 'a kind whose name begins alike'),
        storage.store(states).put('k', new Uint8Array(1)),
      ]);
      await storage.write([storage.store(passages).drop('k7')]);
      const found = await Array.fromAsync(storage.keys(passages));
      expect(found.sort()).toEqual([...keys, ...AWKWARD].filter((key) => key !== 'k7').sort());
      expect(await Array.fromAsync(storage.keys(short))).toEqual(['age/k']);
      expect(await Array.fromAsync(storage.keys({ name: 'nothing' }))).toEqual([]);
    });

    it('migrates step by step, and leaves alone what a newer version wrote', async () => {
      const { storage } = await opened();
      const first: Kind<string> = { name: 'note', version: 1, schema: z.string() };
      const third: Kind<{ words: string[]; count: number }> = {
        name: 'note',
        version: 3,
        schema: z.object({ words: z.array(z.string()), count: z.number() }),
        migrations: {
          1: (text) => ({ words: (text as string).split(' ') }),
          2: (note) => ({
            ...(note as { words: string[] }),
            count: (note as { words: string[] }).words.length,
          }),
        },
      };
      await storage.write([storage.store(first).put('a', 'one two')]);
      const migrated = { words: ['one', 'two'], count: 2 };
      expect(await storage.store(third).get('a')).toEqual(migrated);
      await storage.write([storage.store(third).put('b', { words: [], count: 0 })]);
      await expect(storage.store(first).get('b')).rejects.toMatchObject({ code: 'storage.newer' });
      await expect(storage.store(first).get('b')).rejects.toMatchObject({ code: 'storage.newer' });
      expect(await storage.store(third).get('b')).toEqual({ words: [], count: 0 });
      const forgetful = { ...third, migrations: { 2: third.migrations![2]! } };
      await expect(storage.store(forgetful).get('a')).rejects.toThrow('no migration of note from version 1');
      expect(await storage.store(third).get('a')).toEqual(migrated);
    });

    it('tells a record that its schema refuses once, has it out of the way then, and goes on with the rest', async () => {
      const { storage } = await opened();
      const lax: Kind<unknown> = { name: 'passage', version: 1, schema: z.unknown() };
      const { put, get, getMany } = storage.store(passages);
      const bad = storage.store(lax).put;
      await storage.write([bad('bad', { id: 7 }), bad('worse', 7), put('good', { id: 'good', text: '' })]);
      await expect(getMany(['good', 'bad', 'worse'])).rejects.toMatchObject({
        code: 'storage.damaged',
        params: { kind: 'passage', key: 'bad' },
      });
      expect(await getMany(['bad', 'worse', 'good'])).toEqual([
        undefined,
        undefined,
        { id: 'good', text: '' },
      ]);
      await storage.write([put('bad', { id: 'bad', text: 'anew' })]);
      expect(await get('bad')).toEqual({ id: 'bad', text: 'anew' });
    });

    it('takes a record that does not migrate for a damaged one', async () => {
      const { storage } = await opened();
      const old: Kind<string> = { name: 'note', version: 1, schema: z.string() };
      const migrate = () => {
        throw new Error('cannot');
      };
      const today: Kind<string> = { ...old, version: 2, migrations: { 1: migrate } };
      await storage.write([storage.store(old).put('a', 'one')]);
      await expect(storage.store(today).get('a')).rejects.toMatchObject({ code: 'storage.damaged' });
      expect(await storage.store(today).get('a')).toBeUndefined();
    });

    it('does not take what the schema refuses', async () => {
      const { storage } = await opened();
      expect(() => storage.store(passages).put('a', { id: 7 } as never)).toThrow();
    });

    it('counts nothing of a write that failed, for all who shared it, and goes on once it can', async () => {
      const { world, storage, again } = await opened();
      const { put, drop } = storage.store(passages);
      const text = (words: string) => ({ id: words, text: words });
      await storage.write([put('old', text('old')), put('kept', text('kept'))]);
      const allow = await world.refuse();
      const together = await Promise.allSettled([
        storage.write([put('old', text('new')), drop('kept')]),
        storage.write([put('other', text('other'))]),
      ]);
      expect(together.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
      await allow();
      await storage.write([put('later', text('later'))]);
      const found = await (await again()).store(passages).getMany(['old', 'kept', 'other', 'later']);
      expect(found.map((record) => record?.text)).toEqual(['old', 'kept', undefined, 'later']);
    });

    it('closes behind what is being written', async () => {
      const { storage, again } = await opened();
      const { put } = storage.store(passages);
      const writing = Promise.all(
        [1, 2, 3].map((n) => storage.write([put(`${n}`, { id: `${n}`, text: '' })])),
      );
      const found = await (await again()).store(passages).getMany(['1', '2', '3']);
      await writing;
      expect(found.map((record) => record?.id)).toEqual(['1', '2', '3']);
    });

    it('is a map: any sequence of writes leaves what the same sequence leaves in one', async () => {
      const { storage } = await opened();
      const { put, drop, getMany } = storage.store(passages);
      const keys = ['a', 'b', 'c', 'd'];
      const change = fc.record({
        key: fc.constantFrom(...keys),
        text: fc.option(fc.string({ unit: 'grapheme' })),
      });
      const rounds = fc.array(fc.array(fc.array(change, { maxLength: 4 }), { maxLength: 4 }), {
        maxLength: 8,
      });
      await fc.assert(
        fc.asyncProperty(rounds, async (sequence) => {
          await storage.write(keys.map((key) => drop(key)));
          const model = new Map<string, string>();
          for (const round of sequence) {
            await Promise.all(
              round.map((changes) => {
                for (const { key, text } of changes) text === null ? model.delete(key) : model.set(key, text);
                return storage.write(
                  changes.map(({ key, text }) => (text === null ? drop(key) : put(key, { id: key, text }))),
                );
              }),
            );
            const found = await getMany(keys);
            expect(found.map((record) => record?.text)).toEqual(keys.map((key) => model.get(key)));
          }
        }),
        { numRuns: 25 },
      );
    });
  });
}
