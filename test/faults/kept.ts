import { cpSync, existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { openRegistry } from '#registry';
import { type Damage, type Kind, openStorage, placeOf, readKey, type Storage } from '#storage';
import {
  type Intent,
  intentKind,
  type Links,
  linksKind,
  type Passage,
  type PassageId,
  type Place,
  passageKind,
  placeKind,
  type Story,
  type StoryId,
  storyKind,
  tombstoneKind,
} from '#stories';
import type { CoreConfig } from '../../src/open-core.ts';

/** Everything that a data folder holds. */
export type Kept = {
  readonly passages: ReadonlyMap<PassageId, Passage>;
  readonly links: ReadonlyMap<PassageId | StoryId, Links>;
  readonly stories: ReadonlyMap<StoryId, Story>;
  readonly places: ReadonlyMap<string, Place>;
  readonly tombstones: ReadonlyMap<PassageId, unknown>;
  readonly intents: readonly Intent[];
  /** The current one of the line `starter`. */
  readonly version: string;
  readonly damages: readonly Damage[];
};

/** Reads all that is kept, by default in the store, else in another file of the data folder. */
export async function readKept(
  config: CoreConfig & { readonly versions: string },
  file?: string,
): Promise<Kept> {
  const damages: Damage[] = [];
  const address =
    file === undefined
      ? placeOf(config)
      : ({ file: path.join(config.data, file), durability: 'full' } as const);
  const key = config.keyFile === undefined ? undefined : await readKey(config.keyFile, address);
  await using storage = await openStorage({ ...address, key, onDamage: (damage) => damages.push(damage) });
  const registry = openRegistry({ folder: config.versions, starter: config.model });
  return {
    passages: await allOf(storage, passageKind),
    links: await allOf(storage, linksKind),
    stories: await allOf(storage, storyKind),
    places: await allOf(storage, placeKind),
    tombstones: await allOf(storage, tombstoneKind),
    intents: [...(await allOf(storage, intentKind)).values()],
    version: registry.current('starter').id,
    damages,
  };
}

export async function allOf<T>(storage: Storage, kind: Kind<T>): Promise<Map<string, T>> {
  const keys = await Array.fromAsync(storage.keys(kind));
  const values = await storage.store(kind).getMany(keys);
  return new Map(keys.map((key, at) => [key, values[at]!]));
}

/** A data folder as a killed process left it, to be looked at elsewhere: opening it would mend it. */
export function copyData(from: string, to: string): void {
  const isMemory = (file: string) => file.endsWith('-shm') || path.basename(file).startsWith('lock.');
  cpSync(from, to, { recursive: true, filter: (file) => !isMemory(file) });
}

/** Where the tree does not hold together, or is not what its records say of each other. */
export function treeProblems({ passages, links, stories, places, damages }: Kept): string[] {
  const problems = damages.map((damage) => `damaged: ${JSON.stringify(damage)}`);
  for (const passage of passages.values()) {
    const { id, parent, story, text, end, depth, erased, lost } = passage;
    const before = parent === null ? undefined : passages.get(parent);
    if (parent !== null && before?.story !== story) problems.push(`passage ${id} hangs on nothing`);
    if (depth !== (before?.depth ?? 0) + 1) problems.push(`passage ${id} has depth ${depth}`);
    if (!erased && end !== (before?.end ?? 0) + [...text].length)
      problems.push(`passage ${id} ends at ${end}`);
    if (lost) problems.push(`passage ${id} was lost`);
    if (!stories.has(story)) problems.push(`passage ${id} has no story`);
    if (!links.get(parent ?? story)?.children.includes(id))
      problems.push(`passage ${id} is linked by nothing`);
  }
  for (const [id, { children, chosen, ends = {} }] of links) {
    const named = [...children, ...(chosen === undefined ? [] : [chosen]), ...Object.values(ends)];
    for (const one of named) if (!passages.has(one)) problems.push(`links of ${id} name ${one}`);
    if (chosen !== undefined && !children.includes(chosen)) problems.push(`${id} chose ${chosen}`);
  }
  for (const { id, branches, place } of stories.values()) {
    for (const [name, head] of Object.entries(branches))
      if (head !== null && passages.get(head)?.story !== id)
        problems.push(`branch ${name} of ${id} stands nowhere`);
    if (!places.get(place)?.stories.includes(id)) problems.push(`story ${id} is in no place`);
  }
  return problems;
}

/** Erased texts of which something still stands in the files of a store, and in none of the passages that are `left`. */
export function legible(
  data: string,
  texts: Iterable<string>,
  left: Iterable<Pick<Passage, 'text'>> = [],
): string[] {
  const others = [...left].map(({ text }) => text).join('\n');
  const files = ['xuxie.db', 'xuxie.db-wal']
    .map((name) => path.join(data, name))
    .filter((file) => existsSync(file));
  const bytes = files.map((file) => ({ file, content: readFileSync(file) }));
  return [...texts].flatMap((text) => {
    const words = longestPiece(text);
    const piece = Buffer.from(words);
    // What is this short, or was written by a model that has read the same, may stand elsewhere too.
    if (piece.length < 20 || others.includes(words)) return [];
    const holders = bytes.filter(({ content }) => content.includes(piece));
    return holders.map(({ file }) => `${path.basename(file)} still holds "${text.slice(0, 30)}"`);
  });
}

/** What of a text stands in a record as it is, not escaped, and on no more than one page of a file, likely. */
const longestPiece = (text: string): string =>
  text
    .split(/["\\\n\t]/)
    .reduce((longest, piece) => (piece.length > longest.length ? piece : longest), '')
    .slice(0, 40);
