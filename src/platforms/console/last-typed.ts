import type { Passage, Stories, StoryId } from '#stories';

/** Passages that are looked through for it. */
const FAR = 500;

/** Whoever sits at the terminal. */
export const ME = { kind: 'person', platform: 'console', id: 'local' } as const;

/** The last text of the person at the terminal in the line at hand. */
export async function lastTyped(stories: Stories, id: StoryId): Promise<Passage | undefined> {
  const passages = await stories.path(id, { last: FAR });
  return passages.findLast(
    ({ author }) => author.kind === 'person' && author.platform === ME.platform && author.id === ME.id,
  );
}
