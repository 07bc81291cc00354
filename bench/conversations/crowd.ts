import { setTimeout } from 'node:timers/promises';
import { Random } from '#random';
import type { Stories, StoryId } from '#stories';

/** Where a piece of text marks the end of the first sentence. */
const SENTENCE = /[。！？…\n]/u;
export const PERSON = { kind: 'person', platform: 'bench', id: 'someone' } as const;
/** Milliseconds before somebody tries again whose passage failed. */
const PAUSE = 100;
/** Characters of a passage. */
export const LENGTH = 200;

/** What a crowd saw while it was watched. */
export type Seen = {
  /** Characters that arrived. */
  characters: number;
  /** Milliseconds from asking to the end of the first sentence, of each passage that was asked for meanwhile. */
  readonly firstSentences: number[];
  /** The longest time, in milliseconds, in which a passage that had begun got nothing. */
  longestPause: number;
  /** The longest time from asking to the first piece of a passage. */
  longestWait: number;
  failures: number;
};

/** Makes stories, each in a place of its own. */
export async function makeStories(stories: Stories, count: number, prefix: string): Promise<StoryId[]> {
  const made = Array.from({ length: count }, (_, i) => stories.create(`${prefix}-${i}`));
  return (await Promise.all(made)).map(({ id }) => id);
}

/** Has one passage written and tells how many characters it has, and when its first sentence was there. */
export async function writeOne(
  stories: Stories,
  story: StoryId,
  { length = LENGTH, opening, hear = () => {} }: WriteOptions = {},
): Promise<{ readonly characters: number; readonly firstSentence: number }> {
  const asked = performance.now();
  const writing = stories.continue(story, PERSON, {
    settings: { length },
    ...(opening !== undefined && { opening }),
  });
  let characters = 0;
  let firstSentence: number | undefined;
  for await (const piece of writing.text) {
    const count = [...piece].length;
    characters += count;
    hear(count);
    if (firstSentence === undefined && SENTENCE.test(piece)) firstSentence = performance.now() - asked;
  }
  await writing.passage;
  return { characters, firstSentence: firstSentence ?? performance.now() - asked };
}

type WriteOptions = {
  readonly length?: number;
  readonly opening?: string;
  readonly hear?: (characters: number) => void;
};

/**
 * People of whom `writers` always wait for a passage, each time in another of the stories. `watch` measures while they
 * go on; disposing lets them finish.
 */
export function startCrowd(stories: Stories, ids: readonly StoryId[], writers: number) {
  const random = Random.seeded(ids.length);
  const busy = new Set<StoryId>();
  let going = true;
  let seen: Seen | undefined;
  const pick = (): StoryId => {
    for (;;) {
      const id = ids[random.below(ids.length)]!;
      if (!busy.has(id)) return id;
    }
  };
  const person = async () => {
    while (going) {
      const id = pick();
      busy.add(id);
      let last = performance.now();
      let begun = false;
      const watched = seen;
      const hear = (characters: number) => {
        const now = performance.now();
        if (seen) {
          seen.characters += characters;
          if (begun) seen.longestPause = Math.max(seen.longestPause, now - last);
          else seen.longestWait = Math.max(seen.longestWait, now - last);
        }
        last = now;
        begun = true;
      };
      try {
        const { firstSentence } = await writeOne(stories, id, { hear });
        if (watched && watched === seen) watched.firstSentences.push(firstSentence);
      } catch (error) {
        // Outside of what is watched nothing may fail.
        if (!seen) throw error;
        seen.failures++;
        await setTimeout(PAUSE);
      }
      busy.delete(id);
    }
  };
  const all = Promise.all(Array.from({ length: writers }, person));
  return {
    /** Watches until `until` resolves, and how long that took in seconds. */
    async watch(until: Promise<unknown>): Promise<Seen & { readonly seconds: number }> {
      const now: Seen = { characters: 0, firstSentences: [], longestPause: 0, longestWait: 0, failures: 0 };
      seen = now;
      const begin = performance.now();
      await until;
      seen = undefined;
      return { ...now, seconds: (performance.now() - begin) / 1000 };
    },
    async [Symbol.asyncDispose](): Promise<void> {
      going = false;
      await all;
    },
  };
}
