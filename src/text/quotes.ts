import { isHan } from './characters.ts';

const LOOK_AHEAD = 24;
/** A single quotation this long was never closed. */
const LONG_AGO = 100;
const SENTENCE_END = /[。！？…—]/u;

/**
 * Straight quotes of one paragraph as curly ones. Pairs are counted within the paragraph; where a book mixes
 * both kinds (“…"), an open curly quote is closed by a straight one. A straight pair inside an open quotation
 * becomes a pair of single ones. A curly quote that plainly looks the wrong way (。“甲道：“) is turned. An
 * apostrophe between Latin letters stays.
 */
export function curlQuotes(text: string): {
  readonly text: string;
  readonly changed: number;
  /** Where the first change is. */
  readonly first: number;
} {
  if (!/["'`＂＇“”]/u.test(text)) return { text, changed: 0, first: 0 };
  const characters = [...text];
  let changed = 0;
  let first = 0;
  const write = (at: number, mark: string) => {
    if (characters[at] === mark) return;
    characters[at] = mark;
    if (changed++ === 0) first = at;
  };
  let double: 'curly' | 'straight' | undefined;
  /** Where the open single quotation began. */
  let single: number | undefined;
  /** A straight " that opened inside an open quotation. */
  let inner = false;
  for (let i = 0; i < characters.length; i++) {
    const character = characters[i]!;
    const before = characters[i - 1];
    if (character === '“') {
      const closes =
        double !== undefined && SENTENCE_END.test(before ?? '') && nextQuote(characters, i) === '“';
      write(i, closes ? '”' : '“');
      double = closes ? undefined : 'curly';
      inner = false;
    } else if (character === '”') {
      const opens = double === undefined && before === '：' && nextQuote(characters, i) === '”';
      write(i, opens ? '“' : '”');
      double = opens ? 'curly' : undefined;
      inner = false;
    } else if (character === '"' || character === '＂') {
      if (inner) {
        write(i, '’');
        inner = false;
      } else if (double === undefined) {
        // The quotation began without a mark where this one ends a sentence and the next one opens.
        const closes = SENTENCE_END.test(before ?? '') && nextQuote(characters, i) === '“';
        const last = characters[i + 1] === undefined;
        write(i, closes || last ? '”' : '“');
        if (!closes && !last) double = 'straight';
      } else if (double === 'curly' && opensInside(characters, i, before)) {
        write(i, '‘');
        inner = true;
      } else {
        write(i, '”');
        double = undefined;
      }
    } else if (character === '‘') single = i;
    else if (character === '’') single = undefined;
    else if (character === '`') {
      write(i, characters[i + 1] === undefined ? '’' : '‘');
      single = i;
    } else if (character === "'" || character === '＇') {
      if (isLetter(before) && isLetter(characters[i + 1])) continue;
      const forgotten =
        single !== undefined && i - single > LONG_AGO && isHan(before) && isHan(characters[i + 1]);
      const closes = (single !== undefined && !forgotten) || characters[i + 1] === undefined;
      write(i, closes ? '’' : '‘');
      single = closes ? undefined : i;
    }
  }
  return { text: characters.join(''), changed, first };
}

/** The next double quote after `at`; undefined where there is none. */
function nextQuote(characters: readonly string[], at: number): string | undefined {
  for (let i = at + 1; i < characters.length; i++) {
    if (/["“”＂]/u.test(characters[i]!)) return characters[i];
  }
  return undefined;
}

/** Inside “…: a " after a word opens only where another " comes soon, before the quotation ends. */
function opensInside(characters: readonly string[], at: number, before: string | undefined): boolean {
  if (before === undefined || !(isHan(before) || before === '，' || before === '：')) return false;
  if (!isHan(characters[at + 1])) return false;
  for (let i = at + 2; i < Math.min(characters.length, at + LOOK_AHEAD); i++) {
    const character = characters[i]!;
    if (character === '“' || character === '：') return false;
    if (character === '"' || character === '”') return character === '"';
  }
  return false;
}

function isLetter(character: string | undefined): boolean {
  return character !== undefined && /[A-Za-z]/.test(character);
}
