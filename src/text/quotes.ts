import { isHan } from './characters.ts';

const LOOK_AHEAD = 24;

/**
 * Straight quotes of one paragraph as curly ones. Pairs are counted within the paragraph; where a book mixes
 * both kinds (“…"), an open curly quote is closed by a straight one. A straight pair inside an open quotation
 * becomes a pair of single ones. An apostrophe between Latin letters stays.
 */
export function curlQuotes(text: string): { readonly text: string; readonly changed: number } {
  if (!/["'`＂＇]/.test(text)) return { text, changed: 0 };
  const characters = [...text];
  let changed = 0;
  let double = false;
  /** The open " was straight itself, so the next straight one closes it. */
  let straight = false;
  let single = false;
  /** A straight " that opened inside an open quotation. */
  let inner = false;
  for (let i = 0; i < characters.length; i++) {
    const character = characters[i]!;
    const before = characters[i - 1];
    const after = characters[i + 1];
    if (character === '“') {
      double = true;
      straight = false;
    } else if (character === '”') double = inner = straight = false;
    else if (character === '‘') single = true;
    else if (character === '’') single = false;
    else if (character === '"' || character === '＂') {
      changed++;
      if (inner) {
        characters[i] = '’';
        inner = false;
      } else if (!double) {
        characters[i] = '“';
        double = straight = true;
      } else if (!straight && opensInside(characters, i, before)) {
        characters[i] = '‘';
        inner = true;
      } else {
        characters[i] = '”';
        double = straight = false;
      }
    } else if (character === '`') {
      changed++;
      characters[i] = '‘';
      single = true;
    } else if (character === "'" || character === '＇') {
      if (isLetter(before) && isLetter(after)) continue;
      changed++;
      characters[i] = single ? '’' : isHan(before) && after === undefined ? '’' : '‘';
      single = !single;
    }
  }
  return { text: characters.join(''), changed };
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
