import { catalogues, type Locale } from '#i18n';
import { type CommandName, commandNames } from './command-table.ts';

/** The words of a command in one language, the usual one first. */
export const wordsIn = (locale: Locale, name: CommandName): string[] =>
  catalogues[locale][`chat.words.${name}`]!.split(' ');

/** The words of a command in every language, each once, those of `locale` first. */
export function wordsOf(name: CommandName, locale: Locale): string[] {
  const others = (Object.keys(catalogues) as Locale[]).filter((other) => other !== locale);
  return [...new Set([locale, ...others].flatMap((each) => wordsIn(each, name)))];
}

/** The commands by their words, in every language. */
export const commandsByWord: ReadonlyMap<string, CommandName> = new Map(
  commandNames.flatMap((name) => wordsOf(name, 'en').map((word) => [word, name] as const)),
);

const answers = (key: 'chat.no' | 'chat.yes'): ReadonlySet<string> =>
  new Set(Object.values(catalogues).flatMap((catalogue) => catalogue[key]!.split(' ')));
const yes = answers('chat.yes');
const no = answers('chat.no');
const plain = (line: string): string => line.normalize('NFKC').trim().toLowerCase();

/** Whether someone agrees, in any language. */
export const isYes = (line: string): boolean => yes.has(plain(line));

/** Whether someone does not, and means nothing else by it. */
export const isNo = (line: string): boolean => no.has(plain(line));
