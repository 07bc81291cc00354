import { UserError } from '#errors';
import { checkText } from './check.ts';
import type { Core } from './core.ts';
import { Draft } from './draft.ts';
import { isOnPath, type Spot } from './lineage.ts';
import { endOf, moveHead } from './move-head.ts';
import { headOf, type Passage, type PassageId, type Person, type Story } from './records.ts';
import { savePassage } from './write-passage.ts';

/** Where a story stands after something was asked of it. */
export type Standing = { readonly story: Story; readonly head: Passage | null };

/** `undone` is false if the passage is not in the turn at the head: it was taken back before, or stands further up. */
export type Undone = Standing & { readonly undone: boolean };

/**
 * Takes back the turn of `named`, if it is the one at the head; without a name, the turn at the head.
 * @throws UserError `story.nothing-to-undo` without a name; `story.no-such-passage`
 */
export async function undo(core: Core, story: Story, named?: PassageId): Promise<Undone> {
  const head = await core.shelf.head(story);
  if (named === undefined && !head) throw new UserError('story.nothing-to-undo');
  const passage = named === undefined ? head! : await core.shelf.passage(named, story.id);
  if (!head || head.turn !== passage.turn || !(await isOnPath(core.shelf.known, passage, head))) {
    return { undone: false, story, head };
  }
  if (head.instead !== undefined && head.turn === head.id) {
    // Another wording was a turn of its own: what it stood for comes back with all that follows it.
    const links = await core.shelf.childrenOf(head.parent ?? story.id);
    const before = await core.shelf.passage(endOf(links, head.instead), story.id);
    return { undone: true, ...(await stand(core, story, before, { redo: head.id })) };
  }
  const parent = await parentOfTurn(core, head);
  const ahead = story.ahead ?? head.id;
  return { undone: true, ...(await stand(core, story, parent, { ahead })) };
}

/** What stood before the turn of `head`. */
async function parentOfTurn({ shelf }: Core, head: Passage): Promise<Spot> {
  let first = head;
  for (;;) {
    const parent = await shelf.parentOf(first);
    if (parent?.turn !== head.turn) return parent;
    first = parent;
  }
}

/**
 * Takes back an undo or a rewind; else goes one turn on along the line chosen last.
 * @throws UserError `story.nothing-to-redo`
 */
export async function redo(core: Core, story: Story): Promise<Standing> {
  if (story.redo !== undefined) {
    return stand(core, story, await core.shelf.passage(story.redo, story.id));
  }
  let to: Passage | undefined;
  let at = headOf(story) ?? story.id;
  for (;;) {
    const { chosen } = await core.shelf.childrenOf(at);
    const next = chosen === undefined ? undefined : await core.shelf.known(chosen);
    if (!next || (to && next.turn !== to.turn)) break;
    to = next;
    at = next.id;
  }
  if (!to) throw new UserError('story.nothing-to-redo');
  const { ahead } = story;
  return stand(core, story, to, ahead !== undefined && ahead !== to.id ? { ahead } : {});
}

/**
 * Takes another wording, wherever it stands: the head goes to where its line was left, so that going to and fro
 * ends where it began. A passage of the line at hand changes nothing.
 * @throws UserError `story.no-such-passage`
 */
export async function choose(core: Core, story: Story, id: PassageId): Promise<Standing> {
  const passage = await core.shelf.passage(id, story.id);
  const head = await core.shelf.head(story);
  if (await isOnPath(core.shelf.known, passage, head)) return { story, head };
  const links = await core.shelf.childrenOf(passage.parent ?? story.id);
  return stand(core, story, await core.shelf.passage(endOf(links, id), story.id));
}

/**
 * Goes back to a passage, or with null to before the first; redo leads back to where the story stood.
 * @throws UserError `story.no-such-passage` if the passage is not on the way to the head
 */
export async function rewind(core: Core, story: Story, id: PassageId | null): Promise<Standing> {
  const head = await core.shelf.head(story);
  const to = id === null ? null : await core.shelf.passage(id, story.id);
  if (to && !(await isOnPath(core.shelf.known, to, head))) {
    throw new UserError('story.no-such-passage', { passage: to.id });
  }
  if (!head || head.id === id) return { story, head };
  return stand(core, story, to, { redo: head.id });
}

/**
 * Another wording of a passage, by a person; what follows the old one stays with it.
 * @throws UserError `story.no-such-passage`, what `checkText` throws
 */
export async function edit(
  core: Core,
  story: Story,
  id: PassageId,
  typed: string,
  by: Person,
): Promise<Passage> {
  const text = checkText(typed);
  const old = await core.shelf.passage(id, story.id);
  const parent = await core.shelf.parentOf(old);
  return savePassage(core, story, { id: core.newId(), parent, author: by, text, instead: old.id });
}

/** Moves the head and writes that down. */
export async function stand(
  core: Core,
  story: Story,
  to: Spot,
  trace: Parameters<typeof moveHead>[4] = {},
): Promise<Standing> {
  const draft = new Draft(core.shelf);
  const moved = await moveHead(core, draft, story, to, trace);
  await draft.write();
  return { story: moved, head: to };
}
