import leven from 'leven';
import { formats } from '#books';
import { catalogues } from '#i18n';
import { type CommandName, commandNames, specOf, type Takes } from './command-table.ts';
import { commandsByWord } from './words.ts';

/** What a typed line asks for. */
export type Input =
  /** `command`: what to type if the text was meant for one, `/open 雨夜`. */
  | { readonly kind: 'text'; readonly text: string; readonly command?: string }
  /** `argument` as it was typed, without white space around it. */
  | { readonly kind: 'command'; readonly name: CommandName; readonly argument: string }
  /** Something that looks like a command and is none; `nearest`: the word that was probably meant. */
  | { readonly kind: 'unknown'; readonly typed: string; readonly nearest?: string };

const keys = new Map(
  commandNames.flatMap((name) => (specOf(name).keys ?? []).map((key) => [key, name] as const)),
);
const longestFirst = [...commandsByWord.keys()].sort((a, b) => b.length - a.length);

const isNumber = (typed: string): boolean => /^\d+$/.test(typed);
/** What can stand behind a word without a slash and still be no story: Chinese has no use for it. */
const isPlain: Partial<Record<Takes, (typed: string) => boolean>> = {
  temperature: (typed) => /^[\d.]+$/.test(typed),
  length: isNumber,
  passage: isNumber,
  'two-passages': (typed) => /^\d+(\s+\d+)?$/.test(typed),
  version: isNumber,
  story: isNumber,
  trash: isNumber,
  format: (typed) => formats.some((format) => format === typed.toLowerCase()),
  command: (typed) => commandsByWord.has(typed.toLowerCase()),
  tree: (typed) => Object.values(catalogues).some((catalogue) => catalogue['chat.takes.tree'] === typed),
};

/** A name, as Chinese and other people write it. */
const WORD = /^#?[\p{L}\p{N}\p{M}·._-]{1,12}$/u;
/** What a sentence has and the argument of a command does not. */
const SENTENCE = /[，。；：？！…“”‘’「」『』—,;:?!"]|\.(?=\s|$)/u;
/** Characters of an argument. */
const SHORT = 20;

const plain = (text: string): string => text.normalize('NFKC').trim();

/**
 * Reads a line. Single letters are commands, which a Chinese story has no use for, also as an input method may leave
 * them (ｔ　０．９); so are the words of `command-table.ts`, alone, with a number or a name behind them, or behind
 * a slash with whatever they take. Everything else is text for the story, taken as it was typed; a text of several lines keeps its paragraphs.
 */
export function parseInput(line: string): Input {
  const typed = plain(line);
  if (typed === '') return command('go');
  const text = { kind: 'text', text: line.trim().replace(/\s*\n\s*/g, '\n') } as const;
  if (typed.includes('\n')) return text;

  // Where an input method gives 、 for the key of the slash, a command that is known is meant.
  const behind = /^\s*(?<slash>[/／、])\s*(?<rest>.*)$/.exec(line)?.groups;
  if (behind) {
    const found = readCommand(behind.rest!.trim());
    if (found.kind !== 'unknown' || behind.slash !== '、') return found;
    return text;
  }
  const byKey = readKey(typed);
  if (byKey) return byKey;
  return readWord(typed, text);
}

const command = (name: CommandName, argument = ''): Input => ({ kind: 'command', name, argument });

/** A single key, with its number behind it where it takes one. */
function readKey(typed: string): Input | undefined {
  const exact = keys.get(typed);
  if (exact) return command(exact);
  const asked = /^(?<letter>[tlTL])(?:\s+|(?=[\d.+-]))(?<rest>.+)$/.exec(typed)?.groups;
  if (asked) return command(keys.get(asked.letter!.toLowerCase())!, asked.rest!);
  if (!/^[A-Za-z]$/.test(typed)) return undefined;
  const lower = keys.get(typed.toLowerCase());
  return lower ? command(lower) : { kind: 'unknown', typed };
}

/** A word without its slash, or else `text`. */
function readWord(typed: string, text: Extract<Input, { kind: 'text' }>): Input {
  const alone = commandsByWord.get(typed.toLowerCase());
  if (alone) return command(alone);
  const { word = '', rest = '' } = /^(?<word>\S+)\s+(?<rest>.+)$/.exec(typed)?.groups ?? {};
  const name = commandsByWord.get(word.toLowerCase());
  if (!name) return text;
  const { takes, oneWord } = specOf(name);
  if (isPlain[takes]?.(rest) || (oneWord && WORD.test(rest))) return command(name, rest);
  const isShort = takes !== 'nothing' && [...rest].length <= SHORT && !SENTENCE.test(rest);
  return isShort ? { ...text, command: `/${typed}` } : text;
}

/** What stands behind a slash. */
function readCommand(typed: string): Input {
  if (typed === '') return command('help');
  const byKey = readKey(plain(typed));
  if (byKey?.kind === 'command') return byKey;
  const first = /^\S+/.exec(typed)![0];
  const rest = typed.slice(first.length).trim();
  const whole = commandsByWord.get(plain(first).toLowerCase());
  if (whole) return command(whole, rest);
  // /goto3, /记住林小满: a Chinese word needs no space behind it, nor does any word before a number.
  const start = longestFirst.find((word) => first.toLowerCase().startsWith(word));
  const tail = start === undefined ? '' : first.slice(start.length);
  if (start !== undefined && (/\P{ASCII}/u.test(start) || /^\d/.test(plain(tail)))) {
    return command(commandsByWord.get(start)!, `${tail} ${rest}`.trim());
  }
  const nearest = nearestTo(plain(first).toLowerCase());
  return { kind: 'unknown', typed: `/${first}`, ...(nearest && { nearest }) };
}

function nearestTo(typed: string): string | undefined {
  const near = longestFirst
    .map((word) => ({ word, distance: word.startsWith(typed) ? 0 : leven(word, typed) }))
    .filter(({ word, distance }) => distance <= Math.min(word.length, typed.length) / 2)
    .sort((a, b) => a.distance - b.distance);
  return near[0]?.word;
}
