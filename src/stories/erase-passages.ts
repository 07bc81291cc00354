import type { Change } from '#storage';
import type { Core } from './core.ts';
import { isSamePerson } from './core.ts';
import { PAGE } from './pages.ts';
import type { Passage, PassageId, Person } from './records.ts';
import { pastDamage } from './survey.ts';
import { walkTree } from './walk-tree.ts';

/** As `erasePassages`, in the turn of each story. */
export async function eraseByStory(
  core: Core,
  all: readonly Pick<Passage, 'id' | 'story'>[],
  until?: number,
): Promise<void> {
  for (const [story, ids] of idsByStory(all))
    await core.queue.run(story, () => erasePassages(core, ids, until));
}

export function idsByStory(all: readonly Pick<Passage, 'id' | 'story'>[]): Map<string, PassageId[]> {
  const groups = Map.groupBy(all, ({ story }) => story);
  return new Map([...groups].map(([story, some]) => [story, some.map(({ id }) => id)]));
}

/**
 * Takes the text of passages, the states behind them, and the receipts. When it is done again, `until` says when it was
 * begun: receipts of what was written since the text went are left.
 */
export async function erasePassages(core: Core, ids: readonly PassageId[], until?: number): Promise<void> {
  const { shelf, models, modelText, now } = core;
  const erased = new Set(ids);
  const gone = until === undefined ? Number.POSITIVE_INFINITY : await goneAt(core, ids, until);
  const at = Math.min(gone, now());
  for await (const page of walkTree(shelf, ids)) {
    const changes: Change[] = [];
    for (const passage of page) {
      const { id } = passage;
      if (erased.has(id)) {
        changes.push(shelf.tombstones.put(id, { at }), shelf.passages.dropDamaged(id));
        changes.push(shelf.passages.put(id, tombstone(passage)));
      } else if (passage.at <= gone) changes.push(shelf.passages.put(id, untold(passage)));
    }
    await shelf.write(changes);
    await models.forget(page.map(({ id }) => id));
  }
  modelText.forget();
}

/** When the last of the texts went, behind which nobody can have read it; if one is still there, that is never yet. */
async function goneAt({ shelf }: Core, ids: readonly PassageId[], begun: number): Promise<number> {
  const passages = await shelf.passages.getMany(ids);
  if (passages.some((passage) => passage && !passage.erased)) return Number.POSITIVE_INFINITY;
  const tombstones = await pastDamage(() => shelf.tombstones.getMany(ids));
  return Math.max(begun, ...tombstones.flatMap((tombstone) => tombstone?.at ?? []));
}

/** As `eraseDamaged`, in the turn of each story. */
export async function eraseDamagedByStory(
  core: Core,
  all: readonly Pick<Passage, 'id' | 'story'>[],
  by: Pick<Person, 'platform' | 'id'>,
): Promise<void> {
  for (const [story, ids] of idsByStory(all)) await core.queue.run(story, () => eraseDamaged(core, ids, by));
}

/**
 * Takes what is left of passages that were lost to damage and that `by` may have written: their damaged bytes and the
 * states behind them. If one comes back from a backup, it is erased there if it is theirs.
 */
export async function eraseDamaged(
  core: Core,
  ids: readonly PassageId[],
  { platform, id: person }: Pick<Person, 'platform' | 'id'>,
): Promise<void> {
  const { shelf, models, now } = core;
  const by = { platform, id: person };
  for (let from = 0; from < ids.length; from += PAGE) {
    const page = ids.slice(from, from + PAGE);
    const known = await pastDamage(() => shelf.tombstones.getMany(page));
    const changes = page.flatMap((id, index): Change[] => {
      const { at, by: others } = known[index] ?? { at: now(), by: [] };
      const all = others && [...others.filter((other) => !isSamePerson(other, by)), by];
      return [shelf.passages.dropDamaged(id), shelf.tombstones.put(id, { at, ...(all && { by: all }) })];
    });
    await shelf.write(changes);
  }
  for await (const page of walkTree(shelf, ids)) await models.forget(page.map(({ id }) => id));
}

function tombstone({ receipt: _, bits: __, lost: ___, ...rest }: Passage): Passage {
  return { ...rest, author: { kind: 'nobody' }, text: '', erased: true };
}

/** A passage behind one that is erased: its receipt would tell what the model had read. */
function untold({ receipt, bits: _, ...rest }: Passage): Passage {
  return receipt ? { ...rest, receiptErased: true } : rest;
}
