import { type Core, isSamePerson } from './core.ts';
import { eraseByStory, eraseDamagedByStory, erasePassages, idsByStory } from './erase-passages.ts';
import { carryOut } from './intents.ts';
import { grouped } from './pages.ts';
import { type Intent, intentKind, type Passage, tombstoneKind } from './records.ts';
import { isDue, removeStory } from './remove-story.ts';
import { pastDamage } from './survey.ts';

/**
 * Finishes what was begun and failed or was cut off, and erases again what a backup has brought back. What cannot be
 * finished now stays to be tried again, and nobody has to wait for it.
 */
export async function resume(core: Core): Promise<void> {
  for (const step of [finish, eraseAgain]) {
    try {
      await step(core);
    } catch (error) {
      core.onFailure?.(error);
    }
  }
}

/** Finishes all that can be finished, then throws the first error of what cannot. */
export function finish(core: Core): Promise<void> {
  return core.queue.run('intents', () => finishAll(core));
}

async function finishAll(core: Core): Promise<void> {
  const { shelf, underway } = core;
  const keys: string[] = [];
  for await (const key of shelf.keys(intentKind)) if (!underway.has(key)) keys.push(key);
  const done: string[] = [];
  const errors: unknown[] = [];
  for (const key of keys) {
    try {
      // A damaged one is gone when it is read again: the storage tells of it.
      const intent = await pastDamage(() => shelf.intents.get(key));
      if (intent) await fulfil(core, intent);
      done.push(key);
    } catch (error) {
      errors.push(error);
    }
  }
  if (done.length > 0) {
    await shelf.purge();
    await shelf.write(done.map((key) => shelf.intents.drop(key)));
  }
  if (errors.length > 0) throw errors[0];
}

async function fulfil(core: Core, intent: Intent): Promise<void> {
  const { shelf, queue } = core;
  if (intent.kind === 'remove') {
    await queue.run(intent.story, async () => {
      if (!(await isKept(core, intent.story))) await removeStory(core, intent.story);
    });
  } else if (intent.kind === 'erase') {
    const { story, passages, until } = intent;
    await queue.run(story, () => erasePassages(core, passages, until));
  } else {
    const passages = await shelf.passages.getMany(intent.passages);
    const found = passages.filter((passage) => passage !== undefined);
    await eraseByStory(core, found, intent.until);
    const lost = (await shelf.passages.getMany(intent.lost)).filter((passage) => passage !== undefined);
    await eraseDamagedByStory(core, lost, intent);
  }
}

/** Whether a story that was to be removed has been taken out of the trash since. */
async function isKept(core: Core, id: string): Promise<boolean> {
  const { shelf } = core;
  const story = await shelf.stories.get(id);
  if (!story || isDue(core, story)) return false;
  // One that was taken in from a file is known to its place when all of it is there.
  return (await shelf.places.get(story.place))?.stories.includes(id) ?? false;
}

/** What a tombstone says was erased, and is there all the same: the store was played back from a backup. */
async function eraseAgain(core: Core): Promise<void> {
  const { shelf, now } = core;
  const back: Passage[] = [];
  for await (const keys of grouped(shelf.keys(tombstoneKind))) {
    const tombstones = await pastDamage(() => shelf.tombstones.getMany(keys));
    const damaged = keys.filter((_, index) => !tombstones[index]);
    await shelf.write(damaged.map((key) => shelf.tombstones.put(key, { at: now() })));
    for (const [index, passage] of (await shelf.passages.getMany(keys)).entries()) {
      if (!passage || passage.erased) continue;
      const { author } = passage;
      const by = tombstones[index]?.by;
      if (by && !(author.kind === 'person' && by.some((person) => isSamePerson(author, person)))) continue;
      back.push(passage);
    }
  }
  for (const [story, passages] of idsByStory(back)) {
    await core.queue.run(story, () =>
      carryOut(core, { kind: 'erase', story, passages, until: now() }, () => erasePassages(core, passages)),
    );
  }
}
