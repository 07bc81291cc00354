import { z } from 'zod';
import type { Origin, WritingSettings } from '#generation';
import type { Kind } from '#storage';

export type PassageId = string;
export type StoryId = string;
/** Where people write: a channel, a chat, a terminal. */
export type PlaceId = string;

const person = z.object({
  kind: z.literal('person'),
  platform: z.string(),
  id: z.string(),
  name: z.string().optional(),
});

/** `nobody` wrote what was erased. */
const author = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('model') }),
  person,
  z.object({ kind: z.literal('nobody') }),
]);

const phrases = z.array(z.string()).readonly();
const settings = z.object({
  temperature: z.number(),
  topK: z.number().optional(),
  topP: z.number().optional(),
  minP: z.number().optional(),
  length: z.number(),
  paragraphTemperature: z.number().optional(),
  repetition: z.number().optional(),
  banned: phrases.optional(),
  remembered: phrases.optional(),
  cache: z.number().optional(),
});

/** All that a passage was made of beside the story before it; the same receipt gives the same text. */
export const receiptSchema = z.object({
  line: z.string(),
  version: z.string(),
  origin: z.custom<Origin>((value) => typeof value === 'string'),
  parent: z.string().nullable(),
  seed: z.number(),
  settings: settings as z.ZodType<WritingSettings>,
  cpu: z.string(),
  runtime: z.string(),
  /** The passage was ended by a person before the model ended it. */
  stopped: z.literal(true).optional(),
});

const passage = z.object({
  id: z.string(),
  story: z.string(),
  parent: z.string().nullable(),
  /** What one command wrote shares it: the id of the first of these passages. */
  turn: z.string(),
  author,
  /** As it was typed or drawn. */
  text: z.string(),
  /** Characters (code points) of the story from its start through the end of this passage. */
  end: z.number(),
  /** How many passages there are from the start of the story through this one. */
  depth: z.number(),
  /** An ancestor some way up, see `lineage.ts`. */
  jump: z.string().nullable(),
  /** Milliseconds since 1970. */
  at: z.number(),
  receipt: receiptSchema.optional(),
  /** Bits per character when a model read it. */
  bits: z.number().optional(),
  /** The passage that this one is another wording of. */
  instead: z.string().optional(),
  /** The text was erased; what stands here is that there was one. */
  erased: z.literal(true).optional(),
  /** The record was damaged; what stands here keeps the tree together. */
  lost: z.literal(true).optional(),
  /** It had a receipt, until a text before it was erased. */
  receiptErased: z.literal(true).optional(),
});

const links = z.object({
  /** In the order in which they came. */
  children: z.array(z.string()).readonly(),
  /** The child through which the head last went. */
  chosen: z.string().optional(),
  /** By child: where in its line the head stood when it left it, if that was not the child itself. */
  ends: z.record(z.string(), z.string()).readonly().optional(),
});

const story = z.object({
  id: z.string(),
  place: z.string(),
  title: z.string().optional(),
  /** The line of models that writes it. */
  line: z.string(),
  /** The branch on which people write. */
  branch: z.string(),
  /** By name: the head of each branch; null before the first passage. */
  branches: z.record(z.string(), z.string().nullable()).readonly(),
  /** Names that are not to be forgotten. */
  remembered: phrases,
  createdAt: z.number(),
  touchedAt: z.number(),
  trashedAt: z.number().optional(),
  /** While turns are taken back: where the first of them ended. */
  ahead: z.string().optional(),
  /** Where redo goes if not one turn on: what a rewind or the undoing of an edit left. */
  redo: z.string().optional(),
});

const place = z.object({
  stories: z.array(z.string()).readonly(),
  current: z.string().nullable(),
  /** The line of models for new stories. */
  line: z.string().optional(),
  settings: settings.partial().optional(),
});

const ids = z.array(z.string()).readonly();
/** When it was asked for: what was written later has nothing to do with it. */
const until = z.number();
const someone = { platform: z.string(), id: z.string() };

/** An erasure under way, which is finished later if it could not be finished at once. */
const intent = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('erase'), story: z.string(), passages: ids, until }),
  /** `passages` are theirs; `lost` were lost to damage and may be theirs. */
  z.object({
    kind: z.literal('erase-author'),
    ...someone,
    passages: ids,
    lost: ids,
    until,
  }),
  /** Of a story in the trash, or of one that is not wholly taken in from a file. */
  z.object({ kind: z.literal('remove'), story: z.string() }),
]);

const tombstone = z.object({
  /** Milliseconds since 1970. */
  at: z.number(),
  /** Only if one of these wrote it: it was damaged when they had their texts erased. */
  by: z.array(z.object(someone)).readonly().optional(),
});

export type Person = Readonly<z.output<typeof person>>;
export type Author = Readonly<z.output<typeof author>>;
export type Receipt = Readonly<z.output<typeof receiptSchema>>;
/** One turn's text of a story, or a part of it; never changes but by erasure. */
export type Passage = Readonly<z.output<typeof passage>>;
export type Links = Readonly<z.output<typeof links>>;
export type Story = Readonly<z.output<typeof story>>;
export type Place = Readonly<z.output<typeof place>>;
export type PlaceSettings = NonNullable<Place['settings']>;
export type Intent = Readonly<z.output<typeof intent>>;
export type Tombstone = Readonly<z.output<typeof tombstone>>;

/** The branch that every story begins with. */
export const FIRST_BRANCH = 'main';

/** The line that always exists. */
export const FIRST_LINE = 'starter';

export const passageKind: Kind<Passage> = { name: 'passage', version: 1, schema: passage };
/** Under the id of the parent, or of the story for its first passages. */
export const linksKind: Kind<Links> = { name: 'links', version: 1, schema: links };
export const storyKind: Kind<Story> = { name: 'story', version: 1, schema: story };
export const placeKind: Kind<Place> = { name: 'place', version: 1, schema: place };
export const intentKind: Kind<Intent> = { name: 'intent', version: 1, schema: intent };
/** Under the id of an erased passage, so that a backup that is played back is erased again. */
export const tombstoneKind: Kind<Tombstone> = { name: 'tombstone', version: 1, schema: tombstone };

/** The last passage of the branch on which people write. */
export const headOf = (of: Story): PassageId | null => of.branches[of.branch] ?? null;
