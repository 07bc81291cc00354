import type { FiledPassage, StoryFile } from '#books';
import type { Change } from '#storage';
import { checkBranch, checkName, checkTitle, nameLimits } from './check.ts';
import type { Core } from './core.ts';
import { Draft } from './draft.ts';
import { intend } from './intents.ts';
import { placeUnder } from './lineage.ts';
import { PAGE } from './pages.ts';
import { placeOf } from './places.ts';
import { receiptFromFile } from './receipt-from-file.ts';
import type { Links, Passage, PassageId, PlaceId, Story } from './records.ts';
import { walkTree } from './walk-tree.ts';

/** A whole story, for a file. */
export async function dumpStory({ shelf }: Core, story: Story): Promise<StoryFile> {
  const passages: FiledPassage[] = [];
  const chosen: Record<string, PassageId> = {};
  const noteChosen = async (ids: readonly string[]) => {
    for (const [index, links] of (await shelf.links.getMany(ids)).entries()) {
      if (links?.chosen !== undefined) chosen[ids[index]!] = links.chosen;
    }
  };
  await noteChosen([story.id]);
  for await (const page of walkTree(shelf, [story.id])) {
    for (const { story: _, end: __, depth: ___, jump: ____, lost: _____, ...filed } of page)
      passages.push(filed);
    await noteChosen(page.map(({ id }) => id));
  }
  const { id, line, createdAt, branch, branches, remembered } = story;
  return {
    format: 'xuxie-story',
    version: 1,
    id,
    title: story.title ?? null,
    line,
    createdAt,
    branch,
    branches,
    remembered,
    chosen,
    passages,
  };
}

/**
 * Takes in a story from a file as a new one of a place, which then is at it. All ids are new; receipts stay and can be
 * replayed where their versions are.
 * @throws UserError `story.bad-branch`, `story.bad-title`, `story.bad-name`
 */
export async function loadStory(core: Core, place: PlaceId, file: StoryFile): Promise<Story> {
  const ids = new Map<string, string>([[file.id, core.newId()]]);
  for (const { id } of file.passages) ids.set(id, core.newId());
  const story = storyFrom(core, place, file, ids);
  return intend(core, { kind: 'remove', story: story.id }, async (fulfilled) => {
    await writePassages(core, story.id, file, ids);
    await writeLinks(core, file, ids);
    const draft = new Draft(core.shelf);
    draft.story(story);
    const { stories, ...rest } = await placeOf(core, place);
    draft.place(place, { ...rest, stories: [...stories, story.id], current: story.id });
    await draft.write(fulfilled);
    return story;
  });
}

type Ids = ReadonlyMap<string, string>;

function storyFrom(core: Core, place: PlaceId, file: StoryFile, ids: Ids): Story {
  const branches = Object.entries(file.branches).map(([name, head]) => [
    checkBranch(name),
    head === null ? null : ids.get(head)!,
  ]);
  return {
    id: ids.get(file.id)!,
    place,
    ...(file.title !== null && { title: checkTitle(file.title) }),
    line: file.line,
    branch: checkBranch(file.branch),
    branches: Object.fromEntries(branches),
    remembered: [...new Set(file.remembered.map(checkName))].slice(0, nameLimits.count),
    createdAt: file.createdAt,
    touchedAt: core.now(),
  };
}

async function writePassages(
  { shelf }: Core,
  story: string,
  { passages }: StoryFile,
  ids: Ids,
): Promise<void> {
  const made = new Map<PassageId, Passage>();
  const get = async (id: PassageId) => made.get(id);
  let changes: Change[] = [];
  for (const { receipt, instead, ...filed } of passages) {
    const parent = filed.parent === null ? null : made.get(ids.get(filed.parent)!)!;
    const id = ids.get(filed.id)!;
    const kept = receipt && receiptFromFile(receipt, ids);
    const passage: Passage = {
      ...filed,
      ...(kept && { receipt: kept }),
      ...(instead !== undefined && { instead: ids.get(instead)! }),
      ...(await placeUnder(get, parent)),
      id,
      story,
      turn: ids.get(filed.turn)!,
      end: (parent?.end ?? 0) + [...filed.text].length,
    };
    made.set(id, passage);
    changes.push(shelf.passages.put(id, passage));
    if (changes.length < PAGE) continue;
    await shelf.write(changes);
    changes = [];
  }
  await shelf.write(changes);
}

async function writeLinks({ shelf }: Core, file: StoryFile, ids: Ids): Promise<void> {
  const children = new Map<string, string[]>();
  for (const { id, parent } of file.passages) {
    const key = parent ?? file.id;
    const known = children.get(key);
    if (known) known.push(id);
    else children.set(key, [id]);
  }
  // Where the line behind a passage ends, children before their parents.
  const ends = new Map<string, string>();
  for (const { id } of file.passages.toReversed()) ends.set(id, ends.get(file.chosen[id] ?? '') ?? id);
  let changes: Change[] = [];
  for (const [key, own] of children) {
    const chosen = file.chosen[key];
    const left = own.filter((id) => own.length > 1 && ends.get(id) !== id);
    const links: Links = {
      children: own.map((id) => ids.get(id)!),
      ...(chosen !== undefined && { chosen: ids.get(chosen)! }),
      ...(left.length > 0 && {
        ends: Object.fromEntries(left.map((id) => [ids.get(id)!, ids.get(ends.get(id)!)!])),
      }),
    };
    changes.push(shelf.links.put(ids.get(key)!, links));
    if (changes.length < PAGE) continue;
    await shelf.write(changes);
    changes = [];
  }
  await shelf.write(changes);
}
