import { expect, it } from 'vitest';
import { type Links, linksKind } from '#stories';
import { Shelf } from '../../src/stories/shelf.ts';
import { memoryStorage } from '../fakes/memory-storage.ts';
import { watchedStorage } from '../fakes/watched-storage.ts';

const links = (...children: string[]): Links => ({ children });

it('gives what was written and what was read from memory', async () => {
  const storage = watchedStorage();
  const shelf = new Shelf(storage, 2 ** 16);
  await shelf.write([shelf.links.put('a', links('x'))]);
  expect(await shelf.links.get('a')).toEqual(links('x'));
  expect(storage.reads).toBe(0);
  const other = new Shelf(storage, 2 ** 16);
  expect(await other.links.get('a')).toEqual(links('x'));
  expect(await other.links.getMany(['a', 'b', 'a'])).toEqual([links('x'), undefined, links('x')]);
  expect(storage.reads).toBe(2);
  await other.write([other.links.drop('a')]);
  expect(await other.links.get('a')).toBeUndefined();
});

it('keeps no more than its bytes', async () => {
  const storage = watchedStorage();
  const shelf = new Shelf(storage, 4_000);
  for (let index = 0; index < 100; index++) await shelf.write([shelf.links.put(`${index}`, links())]);
  storage.reads = 0;
  for (let index = 0; index < 100; index++) expect(await shelf.links.get(`${index}`)).toEqual(links());
  expect(storage.reads).toBeGreaterThan(80);
});

it('does not keep what a read saw before a write that overtook it', async () => {
  const storage = memoryStorage();
  const gate = Promise.withResolvers<void>();
  const slow: typeof storage = {
    ...storage,
    store: (kind) => {
      const store = storage.store(kind);
      return {
        ...store,
        get: async (key) => {
          const seen = await store.get(key);
          await gate.promise;
          return seen;
        },
      };
    },
  };
  await storage.write([storage.store(linksKind).put('a', links('old'))]);
  const shelf = new Shelf(slow, 2 ** 16);
  const early = shelf.links.get('a');
  await shelf.write([shelf.links.put('a', links('new'))]);
  gate.resolve();
  expect(await early).toEqual(links('old'));
  expect(await shelf.links.get('a')).toEqual(links('new'));
});

it('asks the store again after a write of which nobody knows whether it counts', async () => {
  const storage = memoryStorage();
  let broken = false;
  const shelf = new Shelf(
    {
      ...storage,
      write: async (changes) => {
        await storage.write(changes);
        if (broken) throw new Error('the line went dead');
      },
    },
    2 ** 16,
  );
  await shelf.write([shelf.links.put('a', links('x'))]);
  broken = true;
  await expect(shelf.write([shelf.links.put('a', links('y'))])).rejects.toThrow('dead');
  expect(await shelf.links.get('a')).toEqual(links('y'));
});

it('holds nothing of a write that failed', async () => {
  const storage = memoryStorage();
  const shelf = new Shelf(storage, 2 ** 16);
  await shelf.write([shelf.links.put('a', links('x'))]);
  storage.failNext(new Error('full'));
  await expect(shelf.write([shelf.links.put('a', links('y'))])).rejects.toThrow('full');
  expect(await shelf.links.get('a')).toEqual(links('x'));
});
