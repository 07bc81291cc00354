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

/** The same in lists of `PAGE`. */
export async function* grouped<T>(all: AsyncIterable<T>): AsyncGenerator<readonly T[]> {
  let page: T[] = [];
  for await (const each of all) {
    page.push(each);
    if (page.length < PAGE) continue;
    yield page;
    page = [];
  }
  if (page.length > 0) yield page;
}
