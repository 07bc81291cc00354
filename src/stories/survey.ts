import { UserError } from '#errors';
import type { Kind, Storage } from '#storage';
import { grouped } from './pages.ts';
import {
  type Links,
  linksKind,
  type Passage,
  type PassageId,
  type Place,
  type PlaceId,
  passageKind,
  placeKind,
  type Story,
  type StoryId,
  storyKind,
} from './records.ts';

export type LostRecord = { readonly kind: string; readonly key: string };

/** A passage without its text. */
export type Outline = Omit<Passage, 'text' | 'receipt' | 'author'> & {
  readonly characters: number;
  readonly line: string | undefined;
};

/** What all records tell of each other. */
export type Survey = {
  readonly passages: Map<PassageId, Outline>;
  readonly links: Map<PassageId | StoryId, Links>;
  readonly stories: Map<StoryId, Story>;
  readonly places: Map<PlaceId, Place>;
  /** By passage or, for those without a parent, story: what names it as its parent, the oldest first. */
  readonly children: Map<PassageId | StoryId, Outline[]>;
  /** By passage: whose links list it. */
  readonly listed: Map<PassageId, PassageId | StoryId>;
  /** Records that were found damaged on the way. */
  readonly lost: LostRecord[];
};

/** Reads everything, past what is damaged. */
export async function surveyOf(storage: Storage): Promise<Survey> {
  const lost: LostRecord[] = [];
  const passages = new Map<PassageId, Outline>();
  for await (const [id, passage] of recordsOf(storage, passageKind, lost)) {
    const { text, receipt, author: _, ...rest } = passage;
    passages.set(id, { ...rest, characters: [...text].length, line: receipt?.line });
  }
  const links = await allOf(storage, linksKind, lost);
  const children = new Map<PassageId | StoryId, Outline[]>();
  const inOrder = [...passages.values()].sort((a, b) => a.at - b.at || a.depth - b.depth);
  for (const outline of inOrder) {
    const key = outline.parent ?? outline.story;
    const known = children.get(key);
    if (known) known.push(outline);
    else children.set(key, [outline]);
  }
  return {
    passages,
    links,
    stories: await allOf(storage, storyKind, lost),
    places: await allOf(storage, placeKind, lost),
    children,
    listed: new Map([...links].flatMap(([key, of]) => of.children.map((child) => [child, key] as const))),
    lost,
  };
}

async function allOf<T>(storage: Storage, kind: Kind<T>, lost: LostRecord[]): Promise<Map<string, T>> {
  const all = new Map<string, T>();
  for await (const [key, record] of recordsOf(storage, kind, lost)) all.set(key, record);
  return all;
}

async function* recordsOf<T>(
  storage: Storage,
  kind: Kind<T>,
  lost: LostRecord[],
): AsyncGenerator<readonly [string, T]> {
  const store = storage.store(kind);
  for await (const keys of grouped(storage.keys(kind))) {
    const records = await pastDamage(() => store.getMany(keys));
    for (const [index, key] of keys.entries()) {
      const record = records[index];
      if (record === undefined) lost.push({ kind: kind.name, key });
      else yield [key, record];
    }
  }
}

/** Reads again where something was damaged: by then it is set aside and looks as if it had never been. */
export async function pastDamage<T>(read: () => Promise<T>, onDamage: () => void = () => {}): Promise<T> {
  for (;;) {
    try {
      return await read();
    } catch (error) {
      if (!(error instanceof UserError && error.code === 'storage.damaged')) throw error;
      onDamage();
    }
  }
}
