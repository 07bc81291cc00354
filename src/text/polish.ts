import { isCjkPunctuation, isHan } from './characters.ts';
import type { ChangeReason, RemovalReason } from './novel.ts';
import { curlQuotes } from './quotes.ts';
import { type QuoteStyle, unifyQuotes } from './unify-quotes.ts';

/** Told of what polishing does to a paragraph; `at` is about where in it, in UTF-16 units. */
export type PolishNotes = {
  removed(reason: RemovalReason, text: string, at: number): void;
  changed(reason: ChangeReason, excerpt: string, characters: number, at: number): void;
};

/** The words around a place. */
export function excerpt(text: string, at: number): string {
  return text.slice(Math.max(0, at - 12), at + 12);
}

const COMPATIBILITY: Readonly<Record<string, string>> = {
  '﹐': '，',
  '﹑': '、',
  '﹒': '。',
  '﹔': '；',
  '﹕': '：',
  '﹖': '？',
  '﹗': '！',
  '｡': '。',
  '､': '、',
  '﹛': '｛',
};
/** A ? within a sentence. */
const LOST =
  /(?<=[\p{Script=Han}□，、；：。！？…—“‘「『《（”’」』》）])\?(?=[\p{Script=Han}□，、；：。！?])/gu;
const MOST_LOOKS = 6;
const HALF_WIDTH: Readonly<Record<string, string>> = {
  ',': '，',
  '.': '。',
  '?': '？',
  '!': '！',
  ':': '：',
  ';': '；',
};

/** What the rest of the book says about the marks of a paragraph. */
export type BookMarks = {
  /** True where ? stands for lost characters. */
  readonly lostQuestionMarks: boolean;
  readonly quotes: QuoteStyle | undefined;
};

/** Mends the marks of one paragraph: spaces, ． for 。, half-width marks, doubled marks, dashes, quotes. */
export function polish(
  paragraph: string,
  { lostQuestionMarks, quotes }: BookMarks,
  notes: PolishNotes,
): string {
  let text = paragraph;
  // Mending one mark may show what another beside it is; few paragraphs need a second look.
  for (let look = 0; look < MOST_LOOKS; look++) {
    const before = text;
    text = mendMarks(before, lostQuestionMarks, notes);
    if (text === before) break;
  }
  if (!quotes) return text;
  const unified = unifyQuotes(text, quotes);
  if (unified.changed > 0)
    notes.changed('quotes', excerpt(text, unified.first), unified.changed, unified.first);
  return unified.text;
}

function mendMarks(paragraph: string, lostQuestionMarks: boolean, notes: PolishNotes): string {
  let text = paragraph;
  text = replace(text, /[﹐﹑﹒﹔﹕﹖﹗｡､]/gu, (mark) => COMPATIBILITY[mark]!, 'punctuation', notes);
  text = replace(text, /[。．]{3,}|(?<!\.)\.{3,}(?!\.)|·{3,}/gu, () => '……', 'punctuation', notes);
  text = replace(text, /．(?![０-９])|(?<![０-９])．/gu, () => '。', 'punctuation', notes);
  text = replace(text, /<\s?<|>\s?>/gu, (mark) => (mark[0] === '<' ? '《' : '》'), 'punctuation', notes);
  text = dropSpaces(text, notes);
  if (lostQuestionMarks) text = replace(text, LOST, () => '□', 'lost-character', notes);
  text = widen(text, notes);
  text = dashes(text, notes);
  text = replace(text, /([，。、；：])\1+/gu, (run) => run[0]!, 'doubled-punctuation', notes);
  text = replace(text, /…{3,}/gu, () => '……', 'doubled-punctuation', notes);
  const { text: curled, changed, first } = curlQuotes(text);
  if (changed > 0) notes.changed('quotes', excerpt(text, first), changed, first);
  return curled;
}

function replace(
  text: string,
  pattern: RegExp,
  by: (match: string) => string,
  reason: ChangeReason,
  notes: PolishNotes,
): string {
  const first = text.search(pattern);
  if (first < 0) return text;
  let changed = 0;
  const result = text.replace(pattern, (match) => {
    changed += [...match].length;
    return by(match);
  });
  notes.changed(reason, excerpt(text, first), changed, first);
  return result;
}

/** Dashes that were typed as --, ____ or with the line of a table become ——. */
function dashes(paragraph: string, notes: PolishNotes): string {
  if (!/[-_─]/u.test(paragraph)) return paragraph;
  const boxed = replace(paragraph, /─/gu, () => '—', 'punctuation', notes);
  const typed = /(?<=[\p{Script=Han}，。！？：；、…”’」』"']|^)(?:-{1,4}|_{2,})(?![-_\w])|(?<=—)[-_]+/gu;
  const dashed = replace(boxed, typed, () => '——', 'punctuation', notes);
  return dashed.replace(/—{3,}/gu, '——');
}

/** Spaces go unless they part Latin letters or digits from each other; those that stay are one half-width space. */
function dropSpaces(text: string, notes: PolishNotes): string {
  if (!/\s/u.test(text)) return text;
  let removed = '';
  const result = text.replace(/\s+/gu, (run, at: number) => {
    const keep = isNarrow(text[at - 1]) && isNarrow(text[at + run.length]);
    removed += keep ? run.slice(1) : run;
    return keep ? ' ' : '';
  });
  if (removed !== '') notes.removed('inner-space', removed, text.search(/\s/u));
  return result;
}

function isNarrow(character: string | undefined): boolean {
  return character !== undefined && character > ' ' && character < '\u2000' && !/["'`]/.test(character);
}

/** A half-width mark is widened where a Han character or a wide mark stands before it and no letter follows. */
function widen(text: string, notes: PolishNotes): string {
  if (!/[,.?!:;]/.test(text)) return text;
  const characters = [...text];
  let changed = 0;
  let first = 0;
  for (let i = 0; i < characters.length; i++) {
    const wide = HALF_WIDTH[characters[i]!];
    if (wide === undefined) continue;
    const before = characters[i - 1];
    const after = characters[i + 1];
    const beside =
      isHan(before) ||
      isCjkPunctuation(before) ||
      (before !== undefined && /["'’”]/.test(before) && isHan(after));
    if (!beside) continue;
    if (characters[i] === '.' && after === '.') continue;
    if (after !== undefined && /[A-Za-z0-9]/.test(after) && characters[i] !== ',') continue;
    if (before === '.' || (before === '…' && characters[i] === '.')) continue;
    characters[i] = wide;
    if (changed++ === 0) first = i;
  }
  if (changed > 0) notes.changed('half-width', excerpt(text, first), changed, first);
  return changed > 0 ? characters.join('') : text;
}
