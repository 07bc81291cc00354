import { UserError } from '#errors';
import { PLACE } from '#platforms/console';
import type { Stories, Story } from '#stories';

/**
 * A story by its id or the title that it has in the chat; without either, the chat's last.
 * @throws UserError `chat.no-story-to-export`, `chat.nothing-to-export`
 */
export async function findStory(stories: Stories, typed: string | undefined): Promise<Story> {
  const own = (await stories.list(PLACE)).toSorted((a, b) => b.touchedAt - a.touchedAt);
  if (typed === undefined) {
    const last = own.find(({ branches }) => Object.values(branches).some((head) => head !== null));
    if (!last) throw new UserError('chat.nothing-to-export');
    return last;
  }
  const titled = own.find(({ title }) => title === typed);
  if (titled) return titled;
  try {
    return await stories.get(typed);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    throw new UserError('chat.no-story-to-export', { typed }, { cause: error });
  }
}
