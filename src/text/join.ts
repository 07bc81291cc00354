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
const OVERHANG = 20;
const FRAGMENT_COLUMNS = 8;
const INTRODUCES = /[曰云道是]$/u;

/**
 * Whether `next` goes on with the paragraph. `gap` is the number of blank lines between. The evidence, in
 * falling order: marks that cannot begin or end a line; whether the sentence is over; whether the line was
 * full, so that the next character would not have fitted; indents.
 */
export function continues(open: OpenParagraph, next: StoryLine, gap: number, shapes: LineShapes): boolean {
  const { last } = open;
  if (beginsWithClosingMark(next.text)) return true;
  if (endsWithOpeningMark(last.text)) return true;
  const comma = /[，、；,;﹔]$/u.test(last.text);
  const middle = !comma && !endsSentence(last.text);
  if (open.tail && middle) return true;
  const wrap = shapes.wrapWidth(last.line);
  const full = wrap !== undefined && last.width >= wrap - SLACK && last.width <= wrap + OVERHANG;
  if (gap > 0) return full && next.indent < 2 && (comma || (middle && open.marked));
  if (next.indent >= 2) return continuesIndented(open, next, { middle, full, shapes });
  if (middle) {
    if (wrap === undefined) return open.marked && last.width >= 20;
    return full || open.marked || (last.indent < 2 && last.width >= wrap / 2);
  }
  if (comma) return full || (last.indent < 2 && last.width >= (wrap === undefined ? 60 : wrap * 0.6));
  return full;
}

function continuesIndented(
  { last, lines, blockIndent, marked }: OpenParagraph,
  next: StoryLine,
  { middle, full, shapes }: { middle: boolean; full: boolean; shapes: LineShapes },
): boolean {
  const sameIndent = Math.abs(next.indent - blockIndent) <= 1;
  if (middle) {
    if (last.indent >= 2) return marked && Math.abs(next.indent - last.indent) <= 2;
    const fragment = lines > 1 && last.width <= FRAGMENT_COLUMNS;
    return marked && next.indent <= 5 && (full || fragment) && !INTRODUCES.test(last.text);
  }
  return last.indent >= 2 && sameIndent && full && shapes.inWrappedBlock(next.line);
}
