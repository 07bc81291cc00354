import { defaultSettings, type Order, type Surprise, type WritingSettings } from '#generation';
import { checkText } from './check.ts';
import type { Core } from './core.ts';
import { Draft } from './draft.ts';
import { placeUnder, type Spot } from './lineage.ts';
import { addChild, moveHead } from './move-head.ts';
import type { PieceStream } from './piece-stream.ts';
import { buildReading } from './reading.ts';
import type { Passage, Person, Receipt, Story } from './records.ts';

/** How a passage is to be written by the model. */
export type WritingOptions = {
  /** What differs from the settings of the place. */
  readonly settings?: Partial<WritingSettings> | undefined;
  /** Whom it counts for when turns are shared out; absent: the place. */
  readonly group?: string | undefined;
  /** Ends the passage where it stands; what is there is kept. */
  readonly signal?: AbortSignal | undefined;
};

/** A new passage and where it goes. */
export type NewPassage = Pick<Passage, 'author' | 'text'> & {
  readonly id: string;
  readonly parent: Spot;
  readonly turn?: string;
} & Partial<Pick<Passage, 'receipt' | 'instead'>>;

/** Saves a passage as the head of its story; `draft` may hold more to be written with it. */
export async function savePassage(
  core: Core,
  story: Story,
  { parent, turn, ...rest }: NewPassage,
  draft: Draft = new Draft(core.shelf),
): Promise<Passage> {
  const passage: Passage = {
    ...rest,
    ...(await placeUnder(core.shelf.known, parent)),
    story: story.id,
    turn: turn ?? rest.id,
    end: (parent?.end ?? 0) + [...rest.text].length,
    at: core.now(),
  };
  draft.passage(passage);
  await addChild(draft, parent?.id ?? story.id, passage.id);
  await moveHead(core, draft, story, passage);
  await draft.write();
  return passage;
}

/** Saves what a person wrote, behind the head. */
export async function saveTyped(core: Core, story: Story, by: Person, typed: string): Promise<Passage> {
  const text = checkText(typed);
  const parent = await core.shelf.head(story);
  return savePassage(core, story, { id: core.newId(), parent, author: by, text });
}

/**
 * Has the model write a passage and saves it as the head. It is drawn to its end whether it is read or not. Nothing
 * is saved if nothing was drawn before `signal`.
 */
export async function drawPassage(
  core: Core,
  story: Story,
  { parent, turn }: Pick<NewPassage, 'parent' | 'turn'>,
  { settings, group, signal }: WritingOptions,
  pieces: PieceStream,
): Promise<Passage | undefined> {
  if (signal?.aborted) return undefined;
  const { shelf, models, random, modelText, newId } = core;
  const { line } = story;
  using lease = await models.acquire(line);
  const { reading, passages } = await buildReading(
    { parent, line, version: lease.version },
    { get: shelf.known, textOf: (passage) => modelText.of(passage, lease, line) },
  );
  const measure = passages.filter(({ author, bits }) => author.kind === 'person' && bits === undefined);
  const order: Order = {
    passage: newId(),
    group: group ?? story.place,
    reading,
    settings: await settingsOf(core, story, settings),
    seed: random.below(2 ** 32),
    measure: measure.map(({ id }) => id),
    ...(signal && { signal }),
  };
  const drawn = lease.write(order);
  let next = await drawn.next();
  for (; !next.done; next = await drawn.next()) pieces.push(next.value);
  const { text, origin, surprise } = next.value;
  if (text === '') return undefined;
  const receipt: Receipt = {
    line,
    version: lease.version,
    origin,
    parent: parent?.id ?? null,
    seed: order.seed,
    settings: order.settings,
    ...lease.arithmetic,
    ...(signal?.aborted && { stopped: true }),
  };
  const draft = new Draft(shelf);
  for (const passage of measure) keepBits(draft, passage, surprise[passage.id]);
  const author = { kind: 'model' } as const;
  return savePassage(
    core,
    story,
    { id: order.passage, parent, author, text, receipt, ...(turn && { turn }) },
    draft,
  );
}

function keepBits(draft: Draft, passage: Passage, surprise: Surprise | undefined): void {
  if (!surprise || surprise.characters === 0) return;
  draft.passage({ ...passage, bits: surprise.bits / surprise.characters });
}

/** The settings of a passage: those asked for, else the place's, else the usual ones. */
async function settingsOf(
  { shelf }: Core,
  story: Story,
  asked: Partial<WritingSettings> = {},
): Promise<WritingSettings> {
  const place = await shelf.places.get(story.place);
  return {
    ...defaultSettings,
    ...given(place?.settings ?? {}),
    ...given(asked),
    ...(story.remembered.length > 0 && { remembered: story.remembered }),
  };
}

/** What is set at all. */
const given = <T extends object>(settings: T): Given<T> =>
  Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined)) as Given<T>;

type Given<T> = { [K in keyof T]?: Exclude<T[K], undefined> };
