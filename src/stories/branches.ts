import { UserError } from '#errors';
import { branchLimits, checkBranch } from './check.ts';
import type { Core } from './core.ts';
import { Draft } from './draft.ts';
import { headOf, type PassageId, type Story } from './records.ts';
import type { Standing } from './turns.ts';

/**
 * A new branch that stands at a passage, by default at the head; people then write on it.
 * @throws UserError `story.bad-branch`, `story.branch-exists`, `story.too-many-branches`, `story.no-such-passage`
 */
export async function branch(core: Core, story: Story, typed: string, at?: PassageId): Promise<Standing> {
  const name = freeName(story, typed);
  const { count } = branchLimits;
  if (Object.keys(story.branches).length >= count) {
    throw new UserError('story.too-many-branches', { maximum: count });
  }
  const head = at === undefined ? headOf(story) : (await core.shelf.passage(at, story.id)).id;
  return save(core, story, name, { ...story.branches, [name]: head });
}

/** @throws UserError `story.no-branch` */
export async function switchBranch(core: Core, story: Story, name: string): Promise<Standing> {
  return save(core, story, known(story, name), story.branches);
}

/** @throws UserError `story.no-branch`, `story.bad-branch`, `story.branch-exists` */
export async function renameBranch(core: Core, story: Story, from: string, to: string): Promise<Standing> {
  const old = known(story, from);
  const name = freeName(story, to);
  const renamed = Object.entries(story.branches).map(([each, head]) => [each === old ? name : each, head]);
  return save(core, story, story.branch === old ? name : story.branch, Object.fromEntries(renamed));
}

/**
 * Takes away a branch; its text stays in the tree.
 * @throws UserError `story.no-branch`, `story.branch-in-use`
 */
export async function deleteBranch(core: Core, story: Story, typed: string): Promise<Standing> {
  const name = known(story, typed);
  if (name === story.branch) throw new UserError('story.branch-in-use', { name });
  const { [name]: _, ...rest } = story.branches;
  return save(core, story, story.branch, rest);
}

async function save(
  core: Core,
  story: Story,
  branch: string,
  branches: Story['branches'],
): Promise<Standing> {
  const { ahead: _, redo: __, ...rest } = story;
  const isSame = branch === story.branch;
  const saved: Story = { ...(isSame ? story : rest), branch, branches, touchedAt: core.now() };
  const draft = new Draft(core.shelf);
  draft.story(saved);
  await draft.write();
  return { story: saved, head: await core.shelf.head(saved) };
}

function known(story: Story, typed: string): string {
  const name = typed.trim();
  if (!Object.hasOwn(story.branches, name)) throw new UserError('story.no-branch', { name });
  return name;
}

function freeName(story: Story, typed: string): string {
  const name = checkBranch(typed);
  if (Object.hasOwn(story.branches, name)) throw new UserError('story.branch-exists', { name });
  return name;
}
