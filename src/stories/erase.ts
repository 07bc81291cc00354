import { UserError } from '#errors';
import { type Core, isSamePerson } from './core.ts';
import { eraseByStory, eraseDamaged, eraseDamagedByStory, erasePassages } from './erase-passages.ts';
import { carryOut } from './intents.ts';
import { pagesOf } from './pages.ts';
import {
  type Intent,
  type Passage,
  type PassageId,
  type Person,
  passageKind,
  type StoryId,
} from './records.ts';
import { finish } from './resume.ts';
import { pastDamage } from './survey.ts';

/** Who asks for an erasure: `operator` may erase anybody's text. */
export type ErasureRequest = { readonly by: Pick<Person, 'platform' | 'id'>; readonly operator?: boolean };

/**
 * Erases the text of a passage: what is left says that there was one. The receipts behind it, which tell what was
 * read, and the states, which hold it, go too. Of a passage that was lost to damage, whose author nobody knows any more,
 * anybody may have the damaged bytes erased. Called in the story's turn.
 * @throws UserError `story.not-yours`, `story.no-such-passage`
 */
export async function erase(
  core: Core,
  story: StoryId,
  id: PassageId,
  { by, operator = false }: ErasureRequest,
): Promise<void> {
  const { shelf, now } = core;
  const { author, erased, lost, at } = await shelf.passage(id, story);
  if (lost && !operator)
    return carryOut(core, intentBy(core, by, [], [id]), () => eraseDamaged(core, [id], by));
  const isDone = erased && !lost;
  const isOwn = author.kind === 'person' && isSamePerson(author, by);
  if (!isDone && !isOwn && !operator) throw new UserError('story.not-yours');
  // The last attempt may have failed anywhere behind the text; what was written since has its own receipt.
  const until = isDone ? ((await pastDamage(() => shelf.tombstones.get(id)))?.at ?? at) : now();
  const intent: Intent = { kind: 'erase', story, passages: [id], until };
  await carryOut(core, intent, () => erasePassages(core, [id], isDone ? until : undefined));
}

/**
 * Erases everything that a person wrote, in all stories, and what is left of passages lost to damage, which may be
 * theirs; answers how many of theirs those were.
 */
export function eraseAllBy(core: Core, by: ErasureRequest['by']): Promise<number> {
  const { shelf, queue } = core;
  return queue.run('erase-author', async () => {
    const own: Written[] = [];
    const lost: Written[] = [];
    for await (const page of pagesOf(shelf.keys(passageKind), shelf.passages.getMany)) {
      for (const { id, story, author, lost: isLost } of page) {
        if (isLost) lost.push({ id, story });
        else if (author.kind === 'person' && isSamePerson(author, by)) own.push({ id, story });
      }
    }
    await carryOut(core, intentBy(core, by, idsOf(own), idsOf(lost)), async () => {
      await eraseByStory(core, own);
      await eraseDamagedByStory(core, lost, by);
    });
    // What an earlier attempt took and did not finish does not look like theirs any more.
    await finish(core);
    return own.length;
  });
}

type Written = Pick<Passage, 'id' | 'story'>;

const idsOf = (passages: readonly Written[]): PassageId[] => passages.map(({ id }) => id);

const intentBy = (
  { now }: Core,
  { platform, id }: ErasureRequest['by'],
  passages: readonly PassageId[],
  lost: readonly PassageId[],
): Intent => ({ kind: 'erase-author', platform, id, passages, lost, until: now() });
