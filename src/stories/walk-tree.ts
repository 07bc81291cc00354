import type { Passage, PassageId, StoryId } from './records.ts';
import type { Shelf } from './shelf.ts';

/** Passages that are read at once. */
const PAGE = 256;

/**
 * The passages behind `roots` (passages, or a story for all of it), in pages, parents before their children, each
 * once. `roots` that are passages come first themselves.
 */
export async function* walkTree(
  shelf: Shelf,
  roots: readonly (PassageId | StoryId)[],
): AsyncGenerator<readonly Passage[]> {
  const seen = new Set<PassageId>(roots);
  let level = [...seen];
  let page: Passage[] = [];
  while (level.length > 0) {
    const next: PassageId[] = [];
    for (let at = 0; at < level.length; at += PAGE) {
      const ids = level.slice(at, at + PAGE);
      const [passages, links] = await Promise.all([shelf.passages.getMany(ids), shelf.links.getMany(ids)]);
      page.push(...passages.filter((passage) => passage !== undefined));
      for (const child of links.flatMap((of) => of?.children ?? [])) {
        if (!seen.has(child)) next.push(child);
        seen.add(child);
      }
      if (page.length < PAGE) continue;
      yield page;
      page = [];
    }
    level = next;
  }
  if (page.length > 0) yield page;
}

/** All records of a kind, in pages. */
export async function* pagesOf<T>(
  keys: AsyncIterable<string>,
  getMany: (keys: readonly string[]) => Promise<(T | undefined)[]>,
): AsyncGenerator<readonly T[]> {
  let page: string[] = [];
  const read = async () => (await getMany(page)).filter((record) => record !== undefined) as T[];
  for await (const key of keys) {
    page.push(key);
    if (page.length < PAGE) continue;
    yield await read();
    page = [];
  }
  if (page.length > 0) yield await read();
}
