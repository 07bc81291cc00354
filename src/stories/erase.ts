import { UserError } from '#errors';
import type { Change } from '#storage';
import { type Core, isSamePerson } from './core.ts';
import { pagesOf } from './pages.ts';
import {
  type Intent,
  intentKind,
  type Passage,
  type PassageId,
  type Person,
  passageKind,
  type StoryId,
  tombstoneKind,
} from './records.ts';
import { removeStory } from './remove-story.ts';
import { walkTree } from './walk-tree.ts';

/** Who asks for an erasure: `operator` may erase anybody's text. */
export type ErasureRequest = { readonly by: Pick<Person, 'platform' | 'id'>; readonly operator?: boolean };

/**
 * Erases the text of a passage: what is left says that there was one. The receipts behind it, which tell what was
 * read, and the states, which hold it, go too. Called in the story's turn.
 * @throws UserError `story.not-yours`, `story.no-such-passage`
 */
export async function erase(
  core: Core,
  story: StoryId,
  id: PassageId,
  { by, operator = false }: ErasureRequest,
): Promise<void> {
  const { author, erased } = await core.shelf.passage(id, story);
  // It may be that the last attempt failed behind that.
  if (erased) return core.shelf.purge();
  const isOwn = author.kind === 'person' && isSamePerson(author, by);
  if (!isOwn && !operator) throw new UserError('story.not-yours');
  await carryOut(core, { kind: 'erase', story, passages: [id] }, () => erasePassages(core, [id]));
}

/** Erases everything that a person wrote, in all stories; answers how many passages that were. */
export async function eraseAllBy(
  core: Core,
  { platform, id }: Pick<Person, 'platform' | 'id'>,
): Promise<number> {
  const intent: Intent = { kind: 'erase-author', platform, id };
  return carryOut(core, intent, () => erasePassagesBy(core, intent));
}

/** Finishes what was begun before the process ended, and erases again what a backup has brought back. */
export async function resume(core: Core): Promise<void> {
  await finish(core);
  await eraseAgain(core);
}

async function finish(core: Core): Promise<void> {
  const { shelf, queue } = core;
  const keys: string[] = [];
  for await (const key of shelf.keys(intentKind)) keys.push(key);
  for (const key of keys) {
    const intent = await shelf.intents.get(key);
    if (intent?.kind === 'erase') {
      await queue.run(intent.story, () => erasePassages(core, intent.passages));
    } else if (intent?.kind === 'erase-author') await erasePassagesBy(core, intent);
    else if (intent?.kind === 'remove') await queue.run(intent.story, () => removeStory(core, intent.story));
  }
  if (keys.length === 0) return;
  await shelf.purge();
  await shelf.write(keys.map((key) => shelf.intents.drop(key)));
}

/** What a tombstone says was erased, and is there all the same: the store was played back from a backup. */
async function eraseAgain(core: Core): Promise<void> {
  const { shelf } = core;
  const back: Passage[] = [];
  for await (const page of pagesOf(shelf.keys(tombstoneKind), shelf.passages.getMany))
    back.push(...page.filter(({ erased }) => !erased));
  if (back.length === 0) return;
  await eraseByStory(core, back);
  await shelf.purge();
}

/** Does something that a crash may not leave half done, and that leaves nothing legible of what it took away. */
export async function carryOut<T>(
  { shelf, newId }: Core,
  intent: Intent,
  task: () => Promise<T>,
): Promise<T> {
  const key = newId();
  await shelf.write([shelf.intents.put(key, intent)]);
  const result = await task();
  await shelf.purge();
  await shelf.write([shelf.intents.drop(key)]);
  return result;
}

async function erasePassagesBy(core: Core, by: Pick<Person, 'platform' | 'id'>): Promise<number> {
  const { shelf } = core;
  const own: Pick<Passage, 'id' | 'story'>[] = [];
  for await (const page of pagesOf(shelf.keys(passageKind), shelf.passages.getMany)) {
    for (const { id, story, author } of page)
      if (author.kind === 'person' && isSamePerson(author, by)) own.push({ id, story });
  }
  await eraseByStory(core, own);
  return own.length;
}

async function eraseByStory(core: Core, all: readonly Pick<Passage, 'id' | 'story'>[]): Promise<void> {
  for (const [story, some] of Map.groupBy(all, (passage) => passage.story)) {
    const ids = some.map(({ id }) => id);
    await core.queue.run(story, () => erasePassages(core, ids));
  }
}

/** Doing it again does no harm. */
async function erasePassages(core: Core, ids: readonly PassageId[]): Promise<void> {
  const { shelf, models, modelText, now } = core;
  const erased = new Set(ids);
  for await (const page of walkTree(shelf, ids)) {
    const changes: Change[] = [];
    for (const passage of page) {
      if (erased.has(passage.id)) changes.push(shelf.tombstones.put(passage.id, { at: now() }));
      changes.push(
        shelf.passages.put(passage.id, erased.has(passage.id) ? tombstone(passage) : untold(passage)),
      );
    }
    await shelf.write(changes);
    await models.forget(page.map(({ id }) => id));
  }
  modelText.forget();
}

function tombstone({ receipt: _, bits: __, ...rest }: Passage): Passage {
  return { ...rest, author: { kind: 'nobody' }, text: '', erased: true };
}

/** A passage behind one that is erased: its receipt would tell what the model had read. */
function untold({ receipt, bits: _, ...rest }: Passage): Passage {
  return receipt ? { ...rest, receiptErased: true } : rest;
}
