import type { Core } from './core.ts';
import type { Draft } from './draft.ts';
import { ancestorAt, commonAncestor, type Spot } from './lineage.ts';
import type { Links, PassageId, Story } from './records.ts';

/** What else a move leaves in the story; everything absent is taken out. */
export type Trace = Pick<Story, 'ahead' | 'redo'>;

/**
 * Moves the head of a story: the line that it leaves remembers where it stood, the line that it takes is the chosen
 * one. Returns the story as it will be.
 */
export async function moveHead(
  core: Core,
  draft: Draft,
  story: Story,
  to: Spot,
  trace: Trace = {},
): Promise<Story> {
  const { known: get } = core.shelf;
  const from = await core.shelf.head(story);
  const shared = await commonAncestor(get, from, to);
  const depth = (shared?.depth ?? 0) + 1;
  const left = from && from.depth >= depth ? await ancestorAt(get, from, depth) : null;
  const taken = to && to.depth >= depth ? await ancestorAt(get, to, depth) : null;
  const fork = shared?.id ?? story.id;
  // Taking turns back one by one leaves the line at its end, not at each turn.
  if (left) await draft.link(fork, (links) => leave(links, left.id, trace.ahead ?? from!.id));
  const chosen = taken ?? left;
  if (chosen) await draft.link(fork, (links) => ({ ...links, chosen: chosen.id }));
  const { ahead: _, redo: __, ...rest } = story;
  const moved: Story = {
    ...rest,
    ...trace,
    branches: { ...story.branches, [story.branch]: to?.id ?? null },
    touchedAt: core.now(),
  };
  draft.story(moved);
  return moved;
}

/** Puts a new passage, which is in no record yet, behind its parent. */
export async function addChild(
  draft: Draft,
  parent: PassageId | Story['id'],
  child: PassageId,
): Promise<void> {
  await draft.link(parent, (links) => ({ ...links, children: [...links.children, child] }));
}

function leave(links: Links, child: PassageId, end: PassageId): Links {
  if (end === child && links.ends?.[child] === undefined) return links;
  return { ...links, ends: { ...links.ends, [child]: end } };
}

/** Where a child's line was left. */
export const endOf = (links: Links, child: PassageId): PassageId => links.ends?.[child] ?? child;
