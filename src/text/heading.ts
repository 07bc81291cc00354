import { NUMERAL_CHARACTERS, parseNumeral } from './numerals.ts';

/** The longest chapter title, in characters, its number not counted. */
export const MAX_TITLE_LENGTH = 35;

/** A line that looks like a heading; whether it is one is decided over the whole book. */
export type HeadingLook = {
  /** 章, 回, 节 …; `special` for 楔子, 后记 and their like, which have no number. */
  readonly unit: string;
  readonly number: number;
  /** The line without 正文 before it and without what follows the title; words as they stand. */
  readonly title: string;
  /** True where the line is only a number (第三回), whose title may stand on the next line. */
  readonly bare: boolean;
  /** Story text that stands on the title's line (第一○四回　…　… 話說…). */
  readonly tail: string;
  /** A site's word before the title (正文), left out. */
  readonly label: string;
  /** How much the line itself speaks for a heading; the lines around it are judged elsewhere. */
  readonly evidence: number;
};

const NUMBERED = new RegExp(
  `^((?:正文|VIP章节|VIP卷)\\s*)?(第\\s*([${NUMERAL_CHARACTERS}]{1,9})\\s*([章节節回集部篇卷折幕话話])|(?:卷)\\s*([${NUMERAL_CHARACTERS}]{1,5})(?![${NUMERAL_CHARACTERS}]))(.*)$`,
  'u',
);
const SPECIAL =
  /^((?:正文)\s*)?((?:序章|序幕|楔子|序言|自序|前言|引子|引言|终章|終章|尾声|尾聲|后记|後記|跋|番外|完本感言|上架感言)(?:[\s:：·]\s*\S.{0,24}|[篇之一二三四五六七八九十0-9]{0,4})?)$/u;
const UNIT_ALIASES: Readonly<Record<string, string>> = { 節: '节', 話: '话' };
/** 第一回合, 第二回了, 第三部分, 第四回中既將 …: the unit goes on as a word or a sentence. */
const GOES_ON = /^[合来來事去了中里裡裏的是上下分队隊门門长長首位名个個次]/u;
const SENTENCE_MARK = /[。．；;]|[，：、—“「"]$/u;
const PART_OF_TITLE = /^[上中下终終完一二三四五六七八九十\d（(]/u;

/** What `line` (trimmed) looks like as a heading; undefined where it does not. */
export function lookLikeHeading(line: string): HeadingLook | undefined {
  if (line.length > 90) return undefined;
  const numbered = NUMBERED.exec(line);
  if (!numbered) return lookSpecial(line);
  const [, label = '', head = '', numeral, unitWritten, volume, rest = ''] = numbered;
  const number = parseNumeral(numeral ?? volume ?? '');
  if (number === undefined) return undefined;
  const unit = unitWritten === undefined ? '卷' : (UNIT_ALIASES[unitWritten] ?? unitWritten);
  const { words, tail } = splitTail(rest);
  if ([...words.trim()].length > MAX_TITLE_LENGTH) return undefined;
  const apart = rest === '' || /^[\s:：、.．·]/u.test(rest);
  let evidence = 1 + (label ? 2 : 0) + (apart ? 1 : 0);
  if (!apart && GOES_ON.test(rest)) evidence -= 3;
  if (SENTENCE_MARK.test(words)) evidence -= 3;
  else if (/[，,]/u.test(words)) evidence -= 1;
  return {
    unit,
    number,
    title: tidyTitle(head + words),
    bare: words.trim() === '',
    tail,
    label: label.trim(),
    evidence,
  };
}

function lookSpecial(line: string): HeadingLook | undefined {
  const special = SPECIAL.exec(line);
  if (!special || SENTENCE_MARK.test(special[2]!)) return undefined;
  const [, label = '', title = ''] = special;
  return {
    unit: 'special',
    number: 0,
    title: tidyTitle(title),
    bare: false,
    tail: '',
    label: label.trim(),
    evidence: 2,
  };
}

/** Trimmed, runs of spaces as one full-width space; the words stay as they are. */
export function tidyTitle(title: string): string {
  return title.trim().replace(/\s+/gu, '\u3000');
}

/** A couplet's two halves are equally long; what follows them on the line is no longer the title. */
function splitTail(rest: string): { words: string; tail: string } {
  const parts = [...rest.matchAll(/\S+/gu)];
  const [first, second, third] = parts;
  if (first && second && third && first[0].length >= 4 && first[0].length === second[0].length) {
    const tail = rest.slice(third.index);
    if (!PART_OF_TITLE.test(tail)) return { words: rest.slice(0, third.index), tail: tail.trim() };
  }
  return { words: rest, tail: '' };
}
