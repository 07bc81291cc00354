import { setImmediate as turn } from 'node:timers/promises';

/** Records that are read or written at once. */
export const PAGE = 256;

/** All records of a kind, in pages. */
export async function* pagesOf<T>(
  keys: AsyncIterable<string>,
  getMany: (keys: readonly string[]) => Promise<(T | undefined)[]>,
): AsyncGenerator<readonly T[]> {
  for await (const page of grouped(keys)) {
    yield (await getMany(page)).filter((record) => record !== undefined) as T[];
  }
}

/**
 * The same in lists of `PAGE`. Between two of them others have their turn: a store that answers at once would else be walked
 * through without a pause, however large it is.
 */
export async function* grouped<T>(all: AsyncIterable<T>): AsyncGenerator<readonly T[]> {
  let page: T[] = [];
  for await (const each of all) {
    page.push(each);
    if (page.length < PAGE) continue;
    yield page;
    page = [];
    await turn();
  }
  if (page.length > 0) yield page;
}
