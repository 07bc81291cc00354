import { settingLimits } from '#generation';

/** What a typed line asks for. */
export type Input =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'continue' | 'again' | 'undo' | 'redo' | 'help' | 'quit' }
  | { readonly kind: 'temperature' | 'length'; readonly value: number }
  /** A setting without its number: show it. */
  | { readonly kind: 'show-temperature' | 'show-length' }
  | { readonly kind: 'bad-temperature' | 'bad-length' | 'unknown'; readonly typed: string };

const SETTINGS = { t: 'temperature', l: 'length' } as const;
const KEYS = { r: 'again', u: 'undo', U: 'redo', q: 'quit', '?': 'help' } as const;
/** What people type to leave or to be told more, anywhere; a story that wants the word alone is rare. */
const WORDS = {
  quit: 'quit',
  exit: 'quit',
  退出: 'quit',
  help: 'help',
  帮助: 'help',
  幫助: 'help',
} as const;

/**
 * Reads a line. Commands are single letters, which a Chinese story has no use for, also as an input method may
 * leave them (ｔ　０．９), and the few words by which one leaves or asks for help elsewhere, with / or without.
 * Everything else is text for the story, taken as it was typed; a text of several lines keeps its paragraphs.
 */
export function parseInput(line: string): Input {
  const command = line.normalize('NFKC').trim();
  if (command === '') return { kind: 'continue' };
  if (Object.hasOwn(KEYS, command)) return { kind: KEYS[command as keyof typeof KEYS] };

  const word = command.replace(/^\//, '').toLowerCase();
  if (Object.hasOwn(WORDS, word)) return { kind: WORDS[word as keyof typeof WORDS] };

  const asked = /^(?<letter>[tl])(?:\s+|(?=[\d.+-])|$)(?<rest>.*)$/.exec(command)?.groups;
  if (asked) {
    const rest = asked.rest!;
    const setting = SETTINGS[asked.letter as keyof typeof SETTINGS];
    if (rest === '') return { kind: `show-${setting}` };
    const value = Number(rest);
    const { min, max } = settingLimits[setting];
    const fits = value >= min && value <= max && (setting === 'temperature' || Number.isInteger(value));
    return fits ? { kind: setting, value } : { kind: `bad-${setting}`, typed: rest };
  }
  if (/^[A-Za-z]$/.test(command)) return { kind: 'unknown', typed: command };
  return { kind: 'text', text: line.trim().replace(/\s*\n\s*/g, '\n') };
}
