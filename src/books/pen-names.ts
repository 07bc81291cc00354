import { printableLine } from './printable.ts';
import type { Author, FiledPassage, StoryFile } from './story.ts';

export type Person = Extract<Author, { kind: 'person' }>;

/** A person on a platform, as a key. */
export const personKey = ({ platform, id }: Pick<Person, 'platform' | 'id'>): string => `${platform}/${id}`;

/** The platform under which a pen name stands in a file for others. */
export const PEN_NAME = 'pen-name';

/** How people are called in what others read. */
export type PenNaming = {
  /** The pen name of the nth person who has none (from 0); all different. */
  readonly penName: (index: number) => string;
  /** Names that their owners chose, by `personKey`. */
  readonly penNames?: ReadonlyMap<string, string> | undefined;
};

/** The pen names of persons (by `personKey`, in order of appearance), in that order. Nobody gets a name that another chose. */
export function assignPenNames(
  persons: Iterable<string>,
  { penName, penNames }: PenNaming,
): Map<string, string> {
  const keys = [...new Set(persons)];
  const chosen = new Map(keys.map((key) => [key, printableLine(penNames?.get(key) ?? '')]));
  const taken = new Set(chosen.values());
  let next = 0;
  const free = () => {
    let name = penName(next++);
    while (taken.has(name)) name = penName(next++);
    return name;
  };
  return new Map(keys.map((key) => [key, chosen.get(key) || free()]));
}

/**
 * The story as others may read it: people under their pen names, nothing left of their accounts. Who wrote what has
 * been erased is not told.
 */
export function underPenNames(story: StoryFile, naming: PenNaming): StoryFile {
  const writers = story.passages.flatMap(({ author, erased }) =>
    author.kind === 'person' && !erased ? [personKey(author)] : [],
  );
  const names = assignPenNames(writers, naming);
  const numbers = new Map([...names.keys()].map((key, index) => [key, String(index + 1)]));
  const passages = story.passages.map((passage): FiledPassage => {
    const { author, erased } = passage;
    if (author.kind !== 'person') return passage;
    if (erased) return { ...passage, author: { kind: 'nobody' } };
    const key = personKey(author);
    return {
      ...passage,
      author: { kind: 'person', platform: PEN_NAME, id: numbers.get(key)!, name: names.get(key)! },
    };
  });
  return { ...story, passages };
}
