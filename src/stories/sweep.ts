import type { Core } from './core.ts';
import { carryOut } from './intents.ts';
import { pagesOf } from './pages.ts';
import { type Passage, passageKind, type Story, storyKind } from './records.ts';
import { isDue, removeStory } from './remove-story.ts';

/** What a sweep took out of the store. */
export type Swept = { readonly stories: number; readonly passages: number };

/**
 * Removes stories that have been in the trash for long enough, and passages that a crash kept from being linked to others.
 * With `signal` it ends early.
 */
export async function sweep(core: Core, signal?: AbortSignal): Promise<Swept> {
  return { stories: await sweepTrash(core, signal), passages: await sweepOrphans(core, signal) };
}

async function sweepTrash(core: Core, signal: AbortSignal | undefined): Promise<number> {
  const { shelf, queue } = core;
  const isOver = (story: Story) => isDue(core, story);
  let count = 0;
  for await (const page of pagesOf(shelf.keys(storyKind), shelf.stories.getMany)) {
    for (const { id } of page.filter(isOver)) {
      if (signal?.aborted) return count;
      await queue.run(id, async () => {
        const story = await shelf.stories.get(id);
        if (!story || !isOver(story)) return;
        await carryOut(core, { kind: 'remove', story: id }, () => removeStory(core, id));
        count++;
      });
    }
  }
  return count;
}

async function sweepOrphans(core: Core, signal: AbortSignal | undefined): Promise<number> {
  const { shelf, queue, models } = core;
  const orphans: Passage[] = [];
  for await (const page of pagesOf(shelf.keys(passageKind), shelf.passages.getMany)) {
    if (signal?.aborted) return 0;
    const known = await shelf.links.getMany(page.map(({ parent, story }) => parent ?? story));
    orphans.push(...page.filter(({ id }, index) => !known[index]?.children.includes(id)));
  }
  let count = 0;
  for (const orphan of orphans) {
    if (signal?.aborted) break;
    await queue.run(orphan.story, async () => {
      if (!(await isOrphan(core, orphan))) return;
      await shelf.write([shelf.passages.drop(orphan.id)]);
      await models.forget([orphan.id]);
      count++;
    });
  }
  return count;
}

/** Whether a passage was never part of its story. What a lost record made look like that is not. */
async function isOrphan({ shelf }: Core, { id, story, parent }: Passage): Promise<boolean> {
  const links = await shelf.links.get(parent ?? story);
  const of = await shelf.stories.get(story);
  if (!of || !links || links.children.includes(id)) return false;
  return !Object.values(of.branches).includes(id) && (await shelf.links.get(id)) === undefined;
}
