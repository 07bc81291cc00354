import { setImmediate as turn } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { grouped, PAGE } from '../../src/stories/pages.ts';

const PAGES = 12;

it('gives everything in its order, and others have their turn between two pages', async () => {
  async function* all() {
    for (let n = 0; n < PAGES * PAGE + 1; n++) yield n;
  }
  const pages: (readonly number[])[] = [];
  let ended = false;
  const walk = async () => {
    for await (const page of grouped(all())) pages.push(page);
    ended = true;
  };
  const walked = walk();
  let turns = 0;
  for (; !ended; turns++) await turn();
  await walked;
  expect(turns).toBeGreaterThanOrEqual(PAGES);
  expect(pages.map(({ length }) => length)).toEqual([...new Array<number>(PAGES).fill(PAGE), 1]);
  expect(pages.flat()).toEqual(await Array.fromAsync(all()));
});
