import type { Change, Kind, Storage } from '#storage';
import { placeUnder } from './lineage.ts';
import { PAGE } from './pages.ts';
import {
  FIRST_BRANCH,
  FIRST_LINE,
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
import { type LostRecord, type Outline, type Survey, surveyOf } from './survey.ts';

/** A record that is still in memory. */
type AtHand = (kind: string, key: string) => unknown;

/**
 * Makes records anew that were lost: as they were if they are at hand, else as far as others tell of them. The tree
 * stays whole, with a passage without text where there was one.
 */
export async function mend(storage: Storage, lost: readonly LostRecord[], atHand: AtHand): Promise<void> {
  const survey = await surveyOf(storage);
  await remakeAll(storage, survey, [...lost, ...survey.lost], atHand);
}

/** Makes everything anew that is missing, and answers how many records. Nothing may be written meanwhile. */
export async function mendAll(storage: Storage): Promise<number> {
  const survey = await surveyOf(storage);
  const { passages, links, stories, places, listed } = survey;
  const lost = [...survey.lost];
  const miss = (kind: string, key: string) => lost.push({ kind, key });
  for (const [id, { parent, story }] of passages) {
    if (parent !== null && !passages.has(parent)) miss(passageKind.name, parent);
    if (listed.get(id) !== (parent ?? story)) miss(linksKind.name, parent ?? story);
    if (!stories.has(story)) miss(storyKind.name, story);
  }
  for (const of of links.values()) {
    for (const child of of.children) if (!passages.has(child)) miss(passageKind.name, child);
  }
  for (const [id, { branches, place }] of stories) {
    for (const head of Object.values(branches)) {
      if (head !== null && !passages.has(head)) miss(passageKind.name, head);
    }
    if (!places.get(place)?.stories.includes(id)) miss(placeKind.name, place);
  }
  return remakeAll(storage, survey, lost);
}

async function remakeAll(
  storage: Storage,
  survey: Survey,
  lost: readonly LostRecord[],
  atHand: AtHand = () => undefined,
): Promise<number> {
  const changes: Change[] = [];
  const remake = async <T>(
    kind: Kind<T>,
    keys: Iterable<string>,
    make: (key: string) => Promise<T | undefined> | T | undefined,
  ) => {
    for (const key of keys) {
      const made = (atHand(kind.name, key) as T | undefined) ?? (await make(key));
      if (made !== undefined) changes.push(storage.store(kind).put(key, made));
    }
  };
  const keysOf = ({ name }: { readonly name: string }) =>
    new Set(lost.flatMap(({ kind, key }) => (kind === name ? [key] : [])));
  const links = keysOf(linksKind);
  // Those of which more is known first: others may stand behind them.
  const isListed = (key: string) => Number(survey.listed.has(key));
  const passages = [...keysOf(passageKind)].sort((a, b) => isListed(b) - isListed(a));
  await remake(passageKind, passages, async (id) => {
    const made = await passageFrom(survey, id);
    if (made && !survey.listed.has(id)) links.add(made.parent ?? made.story);
    return made;
  });
  await remake(linksKind, links, (id) => linksFrom(survey, id));
  await remake(storyKind, keysOf(storyKind), (id) => storyFrom(survey, id));
  await remake(placeKind, keysOf(placeKind), (id) => placeFrom(survey, id));
  for (let at = 0; at < changes.length; at += PAGE) await storage.write(changes.slice(at, at + PAGE));
  return changes.length;
}

/** A passage without text; nothing if no record knows of it. */
async function passageFrom(survey: Survey, id: PassageId): Promise<Passage | undefined> {
  const { passages, stories, children, listed } = survey;
  if (passages.has(id)) return undefined;
  const child = children.get(id)?.[0];
  const from = listed.get(id);
  const heading = [...stories.values()].find(({ branches }) => Object.values(branches).includes(id));
  const above = from === undefined ? undefined : (passages.get(from)?.story ?? stories.get(from)?.id);
  const story = child?.story ?? above ?? heading?.id;
  if (story === undefined) return undefined;
  const isFirst = from !== undefined && stories.has(from);
  const known = from === undefined ? undefined : passages.get(from);
  const parent = isFirst ? null : (known ?? likelyParent(survey, story, child));
  const made: Passage = {
    ...(await placeUnder(async (each) => passages.get(each), parent)),
    id,
    story,
    turn: id,
    author: { kind: 'nobody' },
    text: '',
    end: child ? child.end - child.characters : (parent?.end ?? 0),
    at: child?.at ?? parent?.at ?? 0,
    erased: true,
    lost: true,
  };
  const outline = { ...made, characters: 0, line: undefined };
  const key = made.parent ?? story;
  passages.set(id, outline);
  children.set(key, [...(children.get(key) ?? []), outline]);
  return made;
}

/** Where nothing says what stood before a passage: the latest that stands one higher than it, or the latest of all. */
function likelyParent({ passages }: Survey, story: StoryId, child: Outline | undefined): Outline | null {
  let likely: Outline | null = null;
  for (const passage of passages.values()) {
    if (passage.story !== story || (child && passage.depth !== child.depth - 2)) continue;
    if (!likely || isLater(passage, likely)) likely = passage;
  }
  return likely;
}

const isLater = (one: Outline, other: Outline): boolean =>
  one.at > other.at || (one.at === other.at && one.depth > other.depth);

/** Links to all passages that name `id` as what they follow, besides those that it lists. */
function linksFrom({ children, links }: Survey, id: PassageId | StoryId): Links | undefined {
  const known = links.get(id);
  const ids = new Set([...(known?.children ?? []), ...(children.get(id) ?? []).map((child) => child.id)]);
  if (ids.size === (known?.children.length ?? 0)) return undefined;
  return { ...known, children: [...ids], chosen: known?.chosen ?? [...ids].at(-1)! };
}

/** A story that stands at its latest passage; nothing if it has none. */
function storyFrom({ passages, places, stories }: Survey, id: StoryId): Story | undefined {
  if (stories.has(id)) return undefined;
  let latest: Outline | undefined;
  let line: string | undefined;
  for (const passage of passages.values()) {
    if (passage.story !== id) continue;
    line ??= passage.line;
    if (!latest || isLater(passage, latest)) latest = passage;
  }
  if (!latest) return undefined;
  const [place = id] = [...places].find(([, place]) => place.stories.includes(id)) ?? [];
  return {
    id,
    place,
    line: line ?? FIRST_LINE,
    branch: FIRST_BRANCH,
    branches: { [FIRST_BRANCH]: latest.id },
    remembered: [],
    createdAt: latest.at,
    touchedAt: latest.at,
  };
}

/** A place with all stories that name it, at the one that was last written in. */
function placeFrom({ stories, places }: Survey, id: PlaceId): Place | undefined {
  const own = [...stories.values()].filter(({ place }) => place === id);
  if (own.length === 0) return undefined;
  const known = places.get(id);
  const ids = new Set([...(known?.stories ?? []), ...own.map((story) => story.id)]);
  const open = own.filter(({ trashedAt }) => trashedAt === undefined);
  const latest = open.sort((a, b) => b.touchedAt - a.touchedAt)[0]?.id ?? null;
  return { ...known, stories: [...ids], current: known?.current ?? latest };
}
