import { UserError } from '#errors';

/** How the next token is drawn. */
export type SamplingSettings = {
  /** Divides the logits: below 1 plainer, above 1 wilder. */
  readonly temperature: number;
  /** Only the `topK` likeliest may be drawn. */
  readonly topK?: number | undefined;
  /** Only the likeliest that together hold this share of the probability may be drawn. */
  readonly topP?: number | undefined;
  /** What is less likely than this share of the likeliest is left out. */
  readonly minP?: number | undefined;
};

/** How a passage is written. */
export type WritingSettings = SamplingSettings & {
  /** Characters (code points) to aim at. */
  readonly length: number;
  /** The temperature of the first character of a paragraph, which sets its course; absent: as the others. */
  readonly paragraphTemperature?: number | undefined;
  /** How strongly repetition is held off: taken from the logit of what would prolong one; absent: 0, not at all. */
  readonly repetition?: number | undefined;
  /** Phrases that are never written, in the model's script. */
  readonly banned?: readonly string[] | undefined;
  /** How strongly what has followed in the story before is expected to follow again; absent: 0, not at all. */
  readonly cache?: number | undefined;
  /** Names that the story is to use, in the model's script. */
  readonly remembered?: readonly string[] | undefined;
};

/** What each setting may be, ends included. */
export const settingLimits = {
  temperature: { min: 0.1, max: 2 },
  paragraphTemperature: { min: 0.1, max: 2 },
  length: { min: 1, max: 10_000 },
  topK: { min: 1, max: 100_000 },
  topP: { min: 0.01, max: 1 },
  minP: { min: 0, max: 1 },
  repetition: { min: 0, max: 10 },
  /** How many phrases may be banned, and how many characters each may have. */
  banned: { min: 0, max: 100 },
  bannedLength: { min: 1, max: 40 },
  cache: { min: 0, max: 1 },
  /** How many names may be remembered, and how many characters each may have. */
  remembered: { min: 0, max: 20 },
  rememberedLength: { min: 1, max: 12 },
} as const;

export const defaultSettings = {
  temperature: 0.7,
  length: 120,
  paragraphTemperature: 1,
  // What is a hundred times less likely than the likeliest is mostly noise of a small model, and the more of it
  // there is the wilder the temperature.
  minP: 0.01,
  repetition: 1,
  cache: 0.5,
} satisfies WritingSettings;

/**
 * Names to be remembered, each once.
 * @throws UserError `text.remembered-too-many`, `text.remembered-too-long`
 */
export function checkRemembered(names: readonly string[]): readonly string[] {
  const remembered = trimmed(names);
  const { max: most } = settingLimits.remembered;
  const { max: longest } = settingLimits.rememberedLength;
  if (remembered.length > most)
    throw new UserError('text.remembered-too-many', { count: remembered.length, maximum: most });
  const long = remembered.find((name) => [...name].length > longest);
  if (long !== undefined) throw new UserError('text.remembered-too-long', { name: long, maximum: longest });
  return remembered;
}

/** What is left of each at both ends, each once. */
const trimmed = (texts: readonly string[]): string[] => [
  ...new Set(texts.map((text) => text.trim()).filter((text) => text !== '')),
];

/**
 * Phrases to be banned, each once.
 * @throws UserError `text.banned-too-many`, `text.banned-too-long`
 */
export function checkBanned(phrases: readonly string[]): readonly string[] {
  const banned = trimmed(phrases);
  const { max: most } = settingLimits.banned;
  const { max: longest } = settingLimits.bannedLength;
  if (banned.length > most)
    throw new UserError('text.banned-too-many', { count: banned.length, maximum: most });
  const long = banned.find((phrase) => [...phrase].length > longest);
  if (long !== undefined) throw new UserError('text.banned-too-long', { phrase: long, maximum: longest });
  return banned;
}
