import { UserError } from '#errors';
import { checkTitle } from './check.ts';
import type { Core } from './core.ts';
import { Draft } from './draft.ts';
import {
  FIRST_BRANCH,
  FIRST_LINE,
  type Place,
  type PlaceId,
  type PlaceSettings,
  type Story,
  type StoryId,
} from './records.ts';

export async function placeOf({ shelf }: Core, id: PlaceId): Promise<Place> {
  return (await shelf.places.get(id)) ?? { stories: [], current: null };
}

/** A new story, at which its place then is. */
export async function createStory(
  core: Core,
  id: PlaceId,
  { line, title }: { readonly line?: string; readonly title?: string },
): Promise<Story> {
  const place = await placeOf(core, id);
  const now = core.now();
  const story: Story = {
    id: core.newId(),
    place: id,
    ...(title !== undefined && { title: checkTitle(title) }),
    line: line ?? place.line ?? FIRST_LINE,
    branch: FIRST_BRANCH,
    branches: { [FIRST_BRANCH]: null },
    remembered: [],
    createdAt: now,
    touchedAt: now,
  };
  const draft = new Draft(core.shelf);
  draft.story(story);
  draft.place(id, { ...place, stories: [...place.stories, story.id], current: story.id });
  await draft.write();
  return story;
}

/** @throws UserError `story.bad-title` */
export async function renameStory(core: Core, story: Story, typed: string): Promise<Story> {
  const renamed = { ...story, title: checkTitle(typed) };
  const draft = new Draft(core.shelf);
  draft.story(renamed);
  await draft.write();
  return renamed;
}

/** The stories of a place, the oldest first. */
export async function storiesOf(core: Core, id: PlaceId, trashed: boolean): Promise<Story[]> {
  const { stories } = await placeOf(core, id);
  const found = await core.shelf.stories.getMany(stories);
  return found.filter(
    (story) => story !== undefined && (story.trashedAt !== undefined) === trashed,
  ) as Story[];
}

/** @throws UserError `story.not-found`, `story.trashed` */
export async function setCurrent(core: Core, id: PlaceId, story: StoryId): Promise<Story> {
  const found = await core.shelf.writable(story);
  if (found.place !== id) throw new UserError('story.not-found', { story });
  await savePlace(core, id, { ...(await placeOf(core, id)), current: story });
  return found;
}

export async function setSettings(core: Core, id: PlaceId, settings: PlaceSettings): Promise<void> {
  await savePlace(core, id, { ...(await placeOf(core, id)), settings });
}

/** The line for new stories of a place, and for `story`. */
export async function setLine(core: Core, id: PlaceId, line: string, story?: Story): Promise<void> {
  // Asks whether there is such a line.
  (await core.models.acquire(line))[Symbol.dispose]();
  const place = await placeOf(core, id);
  const draft = new Draft(core.shelf);
  if (story) draft.story({ ...story, line });
  draft.place(id, { ...place, line });
  await draft.write();
}

/** Puts a story into the trash, from which it comes back until it is swept. */
export async function trash(core: Core, story: Story): Promise<Story> {
  if (story.trashedAt !== undefined) return story;
  const place = await placeOf(core, story.place);
  const draft = new Draft(core.shelf);
  const trashed = { ...story, trashedAt: core.now() };
  draft.story(trashed);
  if (place.current === story.id) draft.place(story.place, { ...place, current: null });
  await draft.write();
  return trashed;
}

/** Takes a story out of the trash; it is then the one at which its place is. */
export async function restore(core: Core, story: Story): Promise<Story> {
  if (story.trashedAt === undefined) return story;
  const { trashedAt: _, ...rest } = story;
  const place = await placeOf(core, story.place);
  const draft = new Draft(core.shelf);
  draft.story(rest);
  draft.place(story.place, { ...place, current: story.id });
  await draft.write();
  return rest;
}

async function savePlace(core: Core, id: PlaceId, place: Place): Promise<void> {
  const draft = new Draft(core.shelf);
  draft.place(id, place);
  await draft.write();
}
