import type { Passage, PassageId } from './records.ts';

/*
 * Ancestors of a passage in logarithmic time, by the jump pointers of Myers, "An applicative random-access stack"
 * (1983): each passage also names an ancestor further up, and two passages of the same depth jump equally far.
 */

/** What a passage has of its place in the tree. */
type Node = Pick<Passage, 'id' | 'parent' | 'depth' | 'jump'>;

type Get<P extends Node = Passage> = (id: PassageId) => Promise<P | undefined>;

/** A place in a story: behind a passage, or (null) before the first. */
export type Spot = Passage | null;

const depthOf = (spot: Node | null): number => spot?.depth ?? 0;

const at = async <P extends Node>(get: Get<P>, id: PassageId | null): Promise<P | null> =>
  id === null ? null : ((await get(id)) ?? null);

/** The place in the tree of a passage behind `parent`. */
export async function placeUnder<P extends Node>(
  get: Get<P>,
  parent: P | null,
): Promise<Pick<Passage, 'parent' | 'depth' | 'jump'>> {
  const depth = depthOf(parent) + 1;
  const jump = await at(get, parent?.jump ?? null);
  const further = jump?.jump ?? null;
  const isEven = depthOf(parent) - depthOf(jump) === depthOf(jump) - depthOf(await at(get, further));
  return { parent: parent?.id ?? null, depth, jump: isEven ? further : (parent?.id ?? null) };
}

/** The ancestor of a passage (or itself) that stands `depth` deep; null for 0. */
export async function ancestorAt(get: Get, from: Spot, depth: number): Promise<Spot> {
  let spot = from;
  while (spot && spot.depth > depth) {
    const jump: Spot = await at(get, spot.jump);
    spot = depthOf(jump) >= depth ? jump : await at(get, spot.parent);
  }
  return spot;
}

/** Whether the way from the start to `spot` goes through `passage`. */
export async function isOnPath(get: Get, passage: Passage, spot: Spot): Promise<boolean> {
  return (await ancestorAt(get, spot, passage.depth))?.id === passage.id;
}

/** The last place that two others have in common. */
export async function commonAncestor(get: Get, one: Spot, other: Spot): Promise<Spot> {
  const depth = Math.min(depthOf(one), depthOf(other));
  let a = await ancestorAt(get, one, depth);
  let b = await ancestorAt(get, other, depth);
  while (a && b && a.id !== b.id) {
    const apart: boolean = a.jump !== b.jump;
    const next: [Spot, Spot] = await Promise.all([
      at(get, apart ? a.jump : a.parent),
      at(get, apart ? b.jump : b.parent),
    ]);
    [a, b] = next;
  }
  return a && b ? a : null;
}

/** The passages from behind `above` through `spot`, oldest first; at most the last `most`. */
export async function pathTo(get: Get, spot: Spot, most: number, above: Spot = null): Promise<Passage[]> {
  const path: Passage[] = [];
  for (
    let here = spot;
    here && here.id !== above?.id && path.length < most;
    here = await at(get, here.parent)
  )
    path.push(here);
  return path.reverse();
}
