import type { Change } from '#storage';
import type { Core } from './core.ts';
import { PAGE, pagesOf } from './pages.ts';
import { placeOf } from './places.ts';
import { type PassageId, passageKind, type Story, type StoryId } from './records.ts';
import { walkTree } from './walk-tree.ts';

/** How long a story stays in the trash: 30 days, in milliseconds. */
export const TRASH_KEPT = 30 * 24 * 60 * 60 * 1000;

/** Whether a story has been in the trash for long enough. */
export const isDue = ({ now }: Pick<Core, 'now'>, { trashedAt }: Story): boolean =>
  trashedAt !== undefined && now() - trashedAt >= TRASH_KEPT;

/**
 * Takes a story out of the store, with all its text. Leaves go first, so that what is left after a crash is found
 * again from the story's start. Called in the story's turn.
 */
export async function removeStory(core: Core, id: StoryId): Promise<void> {
  const { shelf, models } = core;
  const story = await shelf.stories.get(id);
  const ids: PassageId[] = [];
  // Of a story that was not wholly taken in, not even the links may be there.
  const pages = story ? walkTree(shelf, [id]) : pagesOf(shelf.keys(passageKind), shelf.passages.getMany);
  for await (const page of pages) {
    for (const passage of page) if (passage.story === id) ids.push(passage.id);
  }
  // First what fails most easily: until then nothing is missing.
  for (let at = 0; at < ids.length; at += PAGE) await models.forget(ids.slice(at, at + PAGE));
  ids.reverse();
  for (let at = 0; at < ids.length; at += PAGE) {
    const batch = ids.slice(at, at + PAGE);
    const changes = batch.flatMap((each): Change[] => [
      shelf.links.drop(each),
      shelf.passages.drop(each),
      shelf.passages.dropDamaged(each),
    ]);
    await shelf.write(changes);
  }
  if (!story) return shelf.write([shelf.links.drop(id)]);
  await core.queue.run(`place/${story.place}`, async () => {
    const place = await placeOf(core, story.place);
    const current = place.current === id ? null : place.current;
    const stories = place.stories.filter((each) => each !== id);
    await shelf.write([
      shelf.places.put(story.place, { ...place, stories, current }),
      shelf.links.drop(id),
      shelf.stories.drop(id),
    ]);
  });
}
