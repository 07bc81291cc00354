import { PAGE } from './pages.ts';
import type { Passage, PassageId, StoryId } from './records.ts';
import type { Shelf } from './shelf.ts';

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
