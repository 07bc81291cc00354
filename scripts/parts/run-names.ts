import { UserError } from '#errors';
import { defaultSettings, foldScript, foretell, type LoadedModel, repeatedShare } from '#generation';
import type { Translator } from '#i18n';
import { blocksOf } from '#lstm';
import { openModel } from '../../src/open-model.ts';
import { HEROES, INVENTED } from './heroes.ts';
import type { StageLine } from './stage-line.ts';
import { writeTogether } from './write-together.ts';

/** Passages that are written, and their length and that of what is read before them, in characters. */
const PASSAGES = 50;
const LENGTH = 200;
const OPENING = 600;
/** Texts that are read side by side. */
const SLOTS = 64;
const RUN = 8;
const SENTENCE_END = /^.*[。！？](?:[”’」』])?/su;

/** With the model alone, with the cache beside it, and with the name remembered too. */
export const WAYS = ['alone', 'cache', 'remembered'] as const;
const SETTINGS = {
  alone: { cache: 0 },
  cache: { cache: defaultSettings.cache },
  remembered: { cache: defaultSettings.cache, remembered: [INVENTED] },
} as const;

type Way = (typeof WAYS)[number];

export type NamesFigures = {
  /** Bits per character of the texts as they are, and with the invented hero. */
  readonly bitsPerCharacter: number;
  readonly renamedBitsPerCharacter: number;
  /** Bits of one mention of the invented hero, all his characters together. */
  readonly bitsPerName: number;
  /** Of the passages written, the share that names him, and how often 300 characters do. */
  readonly namingShare: number;
  readonly namesIn300: number;
  /** Of the runs of 8 characters that were written, those that stood earlier in the passage. */
  readonly repeatedShare: number;
};

export type NamesReport = {
  readonly ways: Readonly<Record<Way, NamesFigures>>;
  readonly characters: number;
  readonly mentions: number;
  readonly passages: number;
};

/**
 * Measures how well names stick: how texts are foretold as they are and with an invented hero in the place of theirs,
 * and how often he is named in passages that go on from them. By the weights and on the path that writes.
 * @throws UserError `text.no-heroes`
 */
export async function runNames(
  model: LoadedModel,
  path: string,
  texts: readonly string[],
  heroes: string | undefined,
  t: Translator,
  stage: StageLine,
): Promise<NamesReport> {
  const { text: names } = await foldScript(heroes ?? HEROES, model.vocabulary, model.about.script);
  const renamed = texts.map((text) => rename(text, names.split(/[,，、]/)));
  const mentions = count(renamed.join('\n'), INVENTED) - count(texts.join('\n'), INVENTED);
  if (mentions === 0) throw new UserError('text.no-heroes', { names });
  const progress = (share: number) =>
    stage.show(t('cli.evaluate.scoring', { percent: Math.floor(100 * share) }));
  const all = await bitsOf(model, path, [...texts, ...renamed], progress);
  stage.show(t('cli.evaluate.writing'));
  const openings = openingsOf(renamed);
  await using opened = await openModel(path, { slots: PASSAGES });
  const ways: Partial<Record<Way, NamesFigures>> = {};
  for (const [i, way] of WAYS.entries()) {
    const bits = all.map((some) => some[i]!);
    const [plain, invented] = [bits.slice(0, texts.length), bits.slice(texts.length)];
    const settings = { ...defaultSettings, length: LENGTH, ...SETTINGS[way] };
    const written = await writeTogether(opened.session, opened.model, openings, settings);
    const characters = [...written.join('')].length;
    ways[way] = {
      bitsPerCharacter: mean(plain.flatMap((some) => [...some])),
      renamedBitsPerCharacter: mean(invented.flatMap((some) => [...some])),
      bitsPerName: mean(renamed.flatMap((text, at) => bitsOfNames(text, invented[at]!))),
      namingShare: mean(written.map((text) => (text.includes(INVENTED) ? 1 : 0))),
      namesIn300: (300 * count(written.join('\n'), INVENTED)) / characters,
      repeatedShare: repeatedShare(written, RUN),
    };
  }
  const characters = texts.reduce((sum, text) => sum + [...text].length, 0);
  return { ways: ways as NamesReport['ways'], characters, mentions, passages: openings.length };
}

/** Bits of each text's characters: [text][way]. */
async function bitsOf(
  model: LoadedModel,
  path: string,
  texts: readonly string[],
  progress: (share: number) => void,
): Promise<(readonly Float64Array[])[]> {
  await using opened = await openModel(path, { slots: SLOTS, blocks: blocksOf(model.config) });
  const settings = WAYS.map((way) => SETTINGS[way]);
  const all: (readonly Float64Array[])[] = [];
  for (let from = 0; from < texts.length; from += SLOTS) {
    const some = texts.slice(from, from + SLOTS);
    const told = (share: number) => progress((from + share * some.length) / texts.length);
    all.push(...(await foretell(opened.session, model.vocabulary, some, settings, told)));
  }
  return all;
}

/** The invented hero in the place of each name, the longest first. */
function rename(text: string, names: readonly string[]): string {
  const longest = names.filter((name) => name !== '').toSorted((a, b) => b.length - a.length);
  return longest.reduce((renamed, name) => renamed.replaceAll(name, INVENTED), text);
}

/** The bits of every mention of the invented hero. */
function bitsOfNames(text: string, bits: Float64Array): number[] {
  const characters = [...text];
  const name = [...INVENTED];
  return characters.flatMap((_, at) =>
    name.every((c, i) => characters[at + i] === c)
      ? [bits.subarray(at, at + name.length).reduce((a, b) => a + b, 0)]
      : [],
  );
}

/** The pieces of some texts that name the invented hero most often, each up to the end of a sentence. */
function openingsOf(texts: readonly string[]): string[] {
  const pieces: string[] = [];
  for (const text of texts) {
    const characters = [...text];
    for (let from = 0; from + OPENING <= characters.length; from += OPENING) {
      const piece = characters.slice(from, from + OPENING).join('');
      pieces.push(SENTENCE_END.exec(piece)?.[0] ?? piece);
    }
  }
  const most = pieces.toSorted((a, b) => count(b, INVENTED) - count(a, INVENTED));
  return most.slice(0, PASSAGES);
}

const count = (text: string, name: string): number => text.split(name).length - 1;
const mean = (numbers: readonly number[]): number =>
  numbers.length === 0 ? Number.NaN : numbers.reduce((a, b) => a + b, 0) / numbers.length;
