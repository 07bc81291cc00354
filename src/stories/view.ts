import type { Core } from './core.ts';
import { ancestorAt, commonAncestor, pathTo } from './lineage.ts';
import type { Passage, PassageId, Story } from './records.ts';

/** Other wordings of one place of a story, in the order in which they came. */
export type Alternatives = {
  readonly passages: readonly Passage[];
  /** The one in the line at hand, if the line goes that far. */
  readonly chosen: PassageId | undefined;
};

/** How two passages differ in their past: what follows the last that they share, oldest first. */
export type Comparison = {
  /** Null if they share nothing but the story's start. */
  readonly shared: Passage | null;
  readonly one: readonly Passage[];
  readonly other: readonly Passage[];
  /** Passages that follow on each side and are not listed. */
  readonly more: { readonly one: number; readonly other: number };
};

/** The last passages of the line at hand, oldest first. */
export async function path(core: Core, story: Story, last: number): Promise<Passage[]> {
  return pathTo(core.shelf.known, await core.shelf.head(story), last);
}

/** @throws UserError `story.no-such-passage` */
export async function alternatives(core: Core, story: Story, id: PassageId): Promise<Alternatives> {
  const { shelf } = core;
  const passage = await shelf.passage(id, story.id);
  const { children } = await shelf.childrenOf(passage.parent ?? story.id);
  const passages = (await shelf.passages.getMany(children)).filter((found) => found !== undefined);
  const there = await ancestorAt(shelf.known, await shelf.head(story), passage.depth);
  return { passages, chosen: passages.find((sibling) => sibling.id === there?.id)?.id };
}

/** @throws UserError `story.no-such-passage` */
export async function compare(
  core: Core,
  story: Story,
  [one, other]: readonly [PassageId, PassageId],
  most: number,
): Promise<Comparison> {
  const { shelf } = core;
  const { known: get } = shelf;
  const [a, b] = await Promise.all([shelf.passage(one, story.id), shelf.passage(other, story.id)]);
  const shared = await commonAncestor(get, a, b);
  const depth = shared?.depth ?? 0;
  const follow = async (to: Passage) =>
    pathTo(get, await ancestorAt(get, to, Math.min(to.depth, depth + most)), most, shared);
  return {
    shared,
    one: await follow(a),
    other: await follow(b),
    more: { one: Math.max(0, a.depth - depth - most), other: Math.max(0, b.depth - depth - most) },
  };
}
