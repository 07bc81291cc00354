import type { FiledPassage } from '#books';
import { settingLimits, type WritingSettings } from '#generation';
import { type Receipt, receiptSchema } from './records.ts';

const NUMBERS = [
  'temperature',
  'paragraphTemperature',
  'length',
  'topK',
  'topP',
  'minP',
  'repetition',
  'cache',
] as const;

/**
 * A receipt with its passages under their new ids; nothing if this version of the core cannot read it, or if nobody can
 * have asked for such a passage here: replaying it could take any amount of work.
 */
export function receiptFromFile(
  { parent, origin, ...rest }: NonNullable<FiledPassage['receipt']>,
  ids: ReadonlyMap<string, string>,
): Receipt | undefined {
  const [, id, skipped] = /^(.*)(\+\d+)$/s.exec(origin) ?? [];
  const from = id === undefined ? undefined : ids.get(id);
  if (origin !== 'start' && from === undefined) return undefined;
  const { data } = receiptSchema.safeParse({
    ...rest,
    origin: from === undefined ? origin : from + skipped,
    parent: parent === null ? null : ids.get(parent),
  });
  const isFit = data && fits(data.settings) && isSeed(data.seed);
  return isFit ? data : undefined;
}

type Range = { readonly min: number; readonly max: number };

const isWithin = (value: number, { min, max }: Range): boolean => value >= min && value <= max;

const isSeed = (seed: number): boolean =>
  Number.isInteger(seed) && isWithin(seed, { min: 0, max: 2 ** 32 - 1 });

function fits(settings: WritingSettings): boolean {
  const { banned = [], remembered = [] } = settings;
  const areFit = (phrases: readonly string[], count: Range, length: Range) =>
    isWithin(phrases.length, count) && phrases.every((phrase) => isWithin([...phrase].length, length));
  return (
    NUMBERS.every((name) => isWithin(settings[name] ?? settingLimits[name].min, settingLimits[name])) &&
    areFit(banned, settingLimits.banned, settingLimits.bannedLength) &&
    areFit(remembered, settingLimits.remembered, settingLimits.rememberedLength)
  );
}
