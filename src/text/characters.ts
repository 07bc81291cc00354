const HAN = /^[\p{Script=Han}々〇○□]$/u;
const CJK_PUNCTUATION = /^[，。、；：？！…—“”‘’「」『』《》〈〉（）【】〔〕·．﹔﹗﹖﹕﹐﹑﹒]$/u;
/** Marks that never begin a line: after a wrap they belong to the line before. */
const NEVER_FIRST = /^(?:[，。、；：？！．﹔﹗﹖﹕﹐﹑﹒”’」』》〉）】〕,;:?!.]|>\s?>)/u;
const OPENING_AT_END = /[“‘「『《〈（【〔]$/u;
const SENTENCE_END = /[。！？…．﹗﹖.!?：﹕:][”’」』》）】〕"'*_]*$|[”」』]$|[—─_-]$|["'）)】〕]$/u;

/** True for one Han character, also for the marks 々 〇 ○ □ that stand in place of one. */
export function isHan(character: string | undefined): boolean {
  return character !== undefined && HAN.test(character);
}

/** True for one Chinese punctuation mark. */
export function isCjkPunctuation(character: string | undefined): boolean {
  return character !== undefined && CJK_PUNCTUATION.test(character);
}

/** True where `text` begins with a mark that cannot begin a line (，。」 …). */
export function beginsWithClosingMark(text: string): boolean {
  return NEVER_FIRST.test(text);
}

/** True where `text` ends with an opening quote or bracket. */
export function endsWithOpeningMark(text: string): boolean {
  return OPENING_AT_END.test(text);
}

/** True where `text` ends as a sentence, a quotation or an introduction to one (：) does. */
export function endsSentence(text: string): boolean {
  return SENTENCE_END.test(text);
}

/** Columns in a fixed-width face: 2 for East Asian wide and full-width characters, else 1. */
export function columns(text: string): number {
  let width = 0;
  for (const character of text) width += isWide(character.codePointAt(0)!) ? 2 : 1;
  return width;
}

function isWide(code: number): boolean {
  return (
    code >= 0x2e80 ||
    (code >= 0x1100 && code <= 0x115f) ||
    code === 0x2014 ||
    code === 0x2018 ||
    code === 0x2019 ||
    code === 0x201c ||
    code === 0x201d ||
    code === 0x2026 ||
    (code >= 0x2460 && code <= 0x257f) ||
    (code >= 0x25a0 && code <= 0x25ff)
  );
}

/** How many characters (code points) a text has, line ends not counted, and how many different ones. */
export function countCharacters(text: string): { readonly characters: number; readonly distinct: number } {
  const seen = new Set<string>();
  let characters = 0;
  for (const character of text) {
    if (character === '\n') continue;
    characters++;
    seen.add(character);
  }
  return { characters, distinct: seen.size };
}
