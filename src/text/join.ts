import { beginsWithClosingMark, endsSentence, endsWithOpeningMark } from './characters.ts';
import type { LineShapes } from './wrap.ts';

/** What joining needs to know of a line of story. */
export type StoryLine = {
  /** Its place in the file, from 0. */
  readonly line: number;
  readonly text: string;
  readonly indent: number;
  readonly width: number;
};

/** The paragraph that is being gathered. */
export type OpenParagraph = {
  readonly last: StoryLine;
  /** Its lines so far. */
  readonly lines: number;
  /** Indent of the last of its lines that has one. */
  readonly blockIndent: number;
  /** True where its text has a mark inside, as running text has and a label has not. */
  readonly marked: boolean;
  /** True where it began as story text behind a title, on the title's line. */
  readonly tail: boolean;
};

/** A wrap stops up to two characters short of its width: one that did not fit, one that may not begin a line. */
const SLACK = 4;
/** Odes were wrapped by hand at commas. */
const BLOCK_SLACK = 8;
const OVERHANG = 20;
/** Wider than any line of verse, in columns. */
const WIDER_THAN_VERSE = 60;
/** The rest that a second, narrower wrap left of a line: a word, or most of a line, hardly anything between. */
const FRAGMENT = 8;
const LONG_REST = 24;
/** Deeper than a paragraph's indent: verse. */
const DEEP = 6;
const INTRODUCES = /[曰云道是]$/u;
const INTRODUCES_VERSE = /^[又有]?[詩诗詞词歌賦赋偈頌颂][曰云]?[：:]$/u;

/**
 * Whether `next` goes on with the paragraph. `gap` is the number of blank lines between. The evidence, in
 * falling order: marks that cannot begin or end a line; whether the sentence is over; whether the line was
 * full, so that the next character would not have fitted; indents.
 */
export function continues(open: OpenParagraph, next: StoryLine, gap: number, shapes: LineShapes): boolean {
  const { last } = open;
  if (beginsWithClosingMark(next.text)) return true;
  // After a sentence's end an opening quote is a closing one that was mistyped.
  const mistyped = /[。．？！?!][“‘「『]$/u.test(last.text);
  if (endsWithOpeningMark(last.text) && !mistyped) return true;
  const comma = /[，、；,;﹔]$/u.test(last.text);
  const middle = !comma && !mistyped && !endsSentence(last.text);
  if (open.tail && (middle || comma)) return true;
  const wrap = shapes.wrapWidth(last.line);
  const full = wrap !== undefined && last.width >= wrap - SLACK && last.width <= wrap + OVERHANG;
  if (gap > 0) {
    if (last.indent >= 2 && next.indent === last.indent) return gap === 1 && middle && open.marked;
    return full && next.indent < 2 && (comma || (middle && open.marked));
  }
  if (next.indent >= 2 && wrap === undefined)
    return middle && open.marked && shapes.wrappedTogether(last.line);
  if (next.indent >= 2) return continuesIndented(open, next, { middle, comma, full, shapes });
  if (wrap === undefined && (middle || comma)) {
    return shapes.paragraphsAreIndented(last.line) || (middle && shapes.wrappedTogether(last.line));
  }
  if (middle) {
    return full || open.marked || (last.indent < 2 && last.width >= wrap! / 2);
  }
  if (comma) {
    if (full || last.width >= WIDER_THAN_VERSE) return true;
    return last.indent < 2 && (last.width >= wrap! * 0.6 || open.lines > 1);
  }
  if (last.indent >= DEEP || INTRODUCES_VERSE.test(next.text)) return false;
  if (full) return true;
  const runsOn = wrap !== undefined && last.indent < 2 && !last.text.endsWith('：');
  return runsOn && shapes.paragraphsAreIndented(last.line);
}

function continuesIndented(
  { last, lines, blockIndent, marked }: OpenParagraph,
  next: StoryLine,
  { middle, comma, full, shapes }: { middle: boolean; comma: boolean; full: boolean; shapes: LineShapes },
): boolean {
  const fragment = lines > 1 && last.width <= FRAGMENT;
  if (middle) {
    if (!marked) return false;
    if (last.indent >= 2 && Math.abs(next.indent - last.indent) <= 2) return true;
    if (next.indent >= DEEP) return full;
    if (INTRODUCES.test(last.text)) return false;
    const rest = lines > 1 && blockIndent >= 2 && last.width >= LONG_REST;
    return full || fragment || rest;
  }
  if (comma && fragment) return true;
  if (last.indent < 2 || Math.abs(next.indent - blockIndent) > 1 || /^[[【]/u.test(next.text)) return false;
  const block = shapes.blockWidth(next.line);
  if (block === undefined) return false;
  if (!comma && (next.indent >= DEEP || /[：:]$/u.test(last.text))) return false;
  return last.width >= block - (comma ? BLOCK_SLACK : SLACK) && last.width <= block + OVERHANG;
}
