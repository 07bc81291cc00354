import { type ChosenHeadings, chooseHeadings, type HeadingCandidate } from './choose-headings.ts';
import { lookLikeHeading } from './heading.ts';
import { findJunk } from './junk.ts';
import { prepareLine } from './prepare-line.ts';
import { type QuoteStyle, quoteStyle } from './unify-quotes.ts';
import { LineShapes } from './wrap.ts';

/** What the first reading of a book learns about it, kept in a few bytes a line. */
export type Survey = {
  /** Lines with words in them. */
  readonly lines: number;
  readonly shapes: LineShapes;
  readonly headings: ChosenHeadings;
  /** How often a short line stands in the file, for lines that stand there more than once. */
  occurrences(line: string): number;
  /** Lines between Project Gutenberg's marks; the whole file where there are none. */
  readonly firstLine: number;
  readonly endLine: number;
  /** True where the lines of a wrapped paragraph stand a blank line apart. */
  readonly doubleSpaced: boolean;
  /** True where ? stands for lost characters, since the book asks its questions with ？. */
  readonly lostQuestionMarks: boolean;
  /** How the book sets its quotations, where that is plain. */
  readonly quotes: QuoteStyle | undefined;
  /** The first lines with words in them. */
  readonly preview: readonly string[];
  /** The beginning of the story, by which its script is told. */
  readonly sample: string;
};

const COUNTED_LENGTH = 100;
const MAX_COUNTED = 200_000;
const PREVIEW_LINES = 3;
const SAMPLE_LENGTH = 20_000;

/** Reads a book for the first time. */
export async function surveyLines(lines: AsyncIterable<string>): Promise<Survey> {
  const shapes = new LineShapes();
  const candidates: HeadingCandidate[] = [];
  const counts = new Map<string, number>();
  const preview: string[] = [];
  let sample = '';
  let firstLine = 0;
  let endLine = Number.POSITIVE_INFINITY;
  let apart = true;
  let bare: HeadingCandidate | undefined;
  let last: HeadingCandidate | undefined;
  let half = 0;
  let full = 0;
  let curly = 0;
  let corner = 0;
  let midLines = 0;
  let midThenBlank = 0;
  let lastMid = false;
  let worded = 0;
  for await (const raw of lines) {
    const { text, indent, width } = prepareLine(raw);
    const i = shapes.length;
    if (/^\*{3}\s*START OF (?:THE|THIS) PROJECT GUTENBERG/i.test(text)) firstLine = i + 1;
    else if (/^\*{3}\s*END OF (?:THE|THIS) PROJECT GUTENBERG/i.test(text)) endLine = Math.min(endLine, i);
    if (text !== '') worded++;
    if (text !== '' && preview.length < PREVIEW_LINES) preview.push(text);
    const parting = text === '' || findJunk(text, 0, false) !== undefined;
    shapes.add(text, parting ? 0 : width, indent, parting && text !== '');
    if (last && last.line === i - 1) last.apartAfter = parting;
    if (bare?.subtitle?.line === i - 1 && !parting && !isCouplet(bare.subtitle.text)) delete bare.subtitle;
    if (lastMid && text === '') midThenBlank++;
    lastMid = !parting && width >= 50 && /\p{Script=Han}$/u.test(text);
    if (lastMid) midLines++;
    if (!parting) {
      if (sample.length < SAMPLE_LENGTH && isHanText(text)) sample += text;
      half += count(text, '?');
      full += count(text, '？');
      curly += text.match(CURLY)?.length ?? 0;
      corner += text.match(CORNER)?.length ?? 0;
      const look = lookLikeHeading(text);
      if (look) {
        last = { line: i, look, apartBefore: apart, apartAfter: false, storyAfter: 0 };
        candidates.push(last);
        bare = look.bare ? last : undefined;
      } else {
        if (last) last.storyAfter++;
        if (bare && !bare.subtitle) {
          if (isSubtitle(text)) bare.subtitle = { line: i, text };
          else bare = undefined;
        }
      }
      if (text.length <= COUNTED_LENGTH && (counts.size < MAX_COUNTED || counts.has(text))) {
        counts.set(text, (counts.get(text) ?? 0) + 1);
      }
    }
    apart = parting;
  }
  if (last && last.line === shapes.length - 1) last.apartAfter = true;
  const headings = chooseHeadings(candidates);
  for (const line of [...headings.chapters.keys(), ...headings.others.keys(), ...headings.repeated])
    shapes.setBoundary(line);
  for (const [line, n] of counts) if (n === 1) counts.delete(line);
  return {
    lines: worded,
    shapes,
    headings,
    occurrences: (line) => counts.get(line) ?? (line.length <= COUNTED_LENGTH ? 1 : 0),
    firstLine,
    endLine,
    doubleSpaced: midLines >= 20 && midThenBlank > midLines * 0.6,
    lostQuestionMarks: full > 20 * half,
    quotes: quoteStyle({ curly, corner }),
    preview,
    sample,
  };
}

/** Straight ones too: cleaning makes curly ones of them. */
const CURLY = /[“”‘’"'`＂＇]/g;
const CORNER = /[「」『』]/g;

const isHanText = (text: string): boolean => /\p{Script=Han}/u.test(text);

function isSubtitle(text: string): boolean {
  return text.length <= 35 && !/[，。．、；：？！…「」“”"]/u.test(text);
}

function isCouplet(text: string): boolean {
  const [first, second, ...more] = text.split(/\s+/u);
  return second !== undefined && more.length === 0 && first!.length === second.length && first!.length >= 3;
}

function count(text: string, character: string): number {
  let n = 0;
  for (let at = text.indexOf(character); at >= 0; at = text.indexOf(character, at + 1)) n++;
  return n;
}
