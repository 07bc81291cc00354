import { joins } from './graphemes.ts';

/** What a character is to drawing, as bits of one number. */
export const CharacterClass = {
  /** Never drawn: controls (a terminal would obey them), marks of a lost character, what no font shows, markup. */
  HARMFUL: 1,
  /** Becomes part of the visible character before it: combining marks, variation selectors, joiners. */
  EXTENDS: 2,
  /** A visible character by itself, which nothing may extend: Han, Chinese marks, the line break. */
  WHOLE: 4,
  /** No word character: marks, symbols, spaces. */
  MARK: 8,
  SENTENCE_END: 16,
  OPENS: 32,
  CLOSES: 64,
  SPACE: 128,
} as const;

const HARMFUL = /[\p{C}\p{Zl}\p{Zp}\u25a1\ufffd*_`~|<>#\\]/u;
const HARMLESS = /[\n\u200c\u200d]/u;
const HAN = /\p{Script=Han}/u;
const CHINESE_MARK = /[\u2010-\u2027\u2030-\u203b\u203d-\u2048\u3000-\u3020\uff01-\uff60]/u;
const NO_WORD = /[\p{P}\p{S}\s]/u;
const SENTENCE_END = /[。！？!?.…]/u;
const OPENS = /[“‘「『《〈（【]/u;
const CLOSES = /[”’」』》〉）】]/u;

/** The classes of a code point, as bits of `CharacterClass`. */
export function classify(codePoint: number): number {
  const c = String.fromCodePoint(codePoint);
  const is = (pattern: RegExp, bit: number) => (pattern.test(c) ? bit : 0);
  let bits = is(NO_WORD, CharacterClass.MARK) | (c.trim() === '' ? CharacterClass.SPACE : 0);
  if (HARMFUL.test(c) && !HARMLESS.test(c)) bits |= CharacterClass.HARMFUL;
  if (codePoint < 0x80) {
    if (c === '\n') bits |= CharacterClass.WHOLE;
  } else if (HAN.test(c) || CHINESE_MARK.test(c)) {
    bits |= joins('x', c) ? CharacterClass.EXTENDS : CharacterClass.WHOLE;
  } else if (joins('x', c)) {
    bits |= CharacterClass.EXTENDS;
  }
  bits |= is(SENTENCE_END, CharacterClass.SENTENCE_END);
  return bits | is(OPENS, CharacterClass.OPENS) | is(CLOSES, CharacterClass.CLOSES);
}
