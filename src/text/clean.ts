import type { HeadingCandidate } from './choose-headings.ts';
import { tidyTitle } from './heading.ts';
import { continues, type OpenParagraph, type StoryLine } from './join.ts';
import { findJunk, findUrls } from './junk.ts';
import { repairMojibake } from './mojibake.ts';
import type { Chapter } from './novel.ts';
import { type PolishNotes, polish } from './polish.ts';
import { type PreparedLine, prepareLine } from './prepare-line.ts';
import type { ReportBuilder } from './report.ts';
import type { Survey } from './survey.ts';

/** Cleaned text and where its chapters stand. */
export type CleanedText = { readonly text: string; readonly chapters: readonly Chapter[] };

/** Changes a finished line, e.g. from one script to the other. */
export type LineConverter = (line: string) => string;

/** Reads a book for the second time, cleaning it by what the first reading learned. */
export async function cleanLines(
  lines: AsyncIterable<string>,
  survey: Survey,
  report: ReportBuilder,
  convert: LineConverter | undefined,
): Promise<CleanedText> {
  const cleaner = new Cleaner(survey, report, convert);
  for await (const raw of lines) cleaner.push(raw);
  return cleaner.finish();
}

/** A paragraph and the lines it came from. */
type GatheredParagraph = OpenParagraph & { readonly pieces: StoryLine[] };

class Cleaner {
  readonly #survey: Survey;
  readonly #report: ReportBuilder;
  readonly #convert: LineConverter | undefined;
  readonly #output: string[] = [];
  readonly #starts: { title: string; start: number }[] = [];
  readonly #subtitles = new Set<number>();
  #length = 0;
  #line = -1;
  #gap = 0;
  #open: GatheredParagraph | undefined;
  #inChapters = false;

  constructor(survey: Survey, report: ReportBuilder, convert: LineConverter | undefined) {
    this.#survey = survey;
    this.#report = report;
    this.#convert = convert;
  }

  push(raw: string): void {
    const line = ++this.#line;
    this.#report.lines = line + 1;
    if (line < this.#survey.firstLine || line >= this.#survey.endLine) {
      if (raw.trim() !== '') this.#report.removed('gutenberg', line + 1, raw.trim());
      return;
    }
    const prepared = prepareLine(raw);
    if (prepared.controls) this.#removed('control-character', prepared.controls);
    if (prepared.markup) this.#removed('markup', prepared.markup);
    if (prepared.text === '') {
      this.#removed('blank', '');
      this.#gap++;
      return;
    }
    if (this.#subtitles.has(line)) return;
    const heading = this.#survey.headings.chapters.get(line) ?? this.#survey.headings.others.get(line);
    if (heading) this.#heading(heading, this.#survey.headings.chapters.has(line));
    else if (this.#survey.headings.repeated.has(line)) {
      this.#removed('repeated-title', prepared.text);
      this.#gap++;
    } else this.#story(prepared);
  }

  finish(): CleanedText {
    this.#close();
    const text = this.#output.join('\n');
    const chapters = this.#starts.map(({ title, start }, i) => ({
      title,
      start,
      end: this.#starts[i + 1]?.start ?? text.length,
    }));
    return { text, chapters };
  }

  #heading({ look, subtitle }: HeadingCandidate, isChapter: boolean): void {
    this.#close();
    const line = this.#line;
    if (look.label) this.#removed('title-label', look.label);
    let title = look.title;
    if (subtitle) {
      title += `\u3000${tidyTitle(subtitle.text)}`;
      this.#subtitles.add(subtitle.line);
      this.#report.changed('joined-lines', subtitle.line + 1, title, 1);
    }
    const start = this.#emit(title);
    if (isChapter) {
      this.#starts.push({ title: this.#output.at(-1)!, start });
      this.#inChapters = true;
    }
    if (look.tail) this.#begin({ line, text: look.tail, indent: 0, width: 0 }, true);
  }

  #story({ text, indent, width }: PreparedLine): void {
    const { shapes, occurrences, doubleSpaced } = this.#survey;
    const reason = findJunk(text, occurrences(text), !this.#inChapters);
    if (reason) {
      this.#removed(reason, text);
      this.#gap++;
      return;
    }
    if (indent > 0) this.#removed('indent', ' '.repeat(indent));
    let kept = text;
    for (const url of findUrls(text)) {
      kept = kept.replace(url, '');
      this.#removed('url', url);
    }
    const line: StoryLine = { line: this.#line, text: kept, indent, width };
    const gap = doubleSpaced ? Math.max(0, this.#gap - 1) : this.#gap;
    const open = this.#open;
    if (open && continues(open, line, gap, shapes)) this.#append(open, line);
    else {
      this.#close();
      this.#begin(line, false);
    }
    this.#gap = 0;
  }

  #begin(line: StoryLine, tail: boolean): void {
    this.#open = {
      last: line,
      lines: 1,
      blockIndent: line.indent,
      marked: hasMark(line.text),
      tail,
      pieces: [line],
    };
  }

  #append(open: GatheredParagraph, line: StoryLine): void {
    const before = open.last.text.at(-1);
    // Latin words that a wrap parted had a space where the line ended.
    const spaced = /[A-Za-z0-9,.]/.test(before ?? '') && /^[A-Za-z0-9]/.test(line.text);
    open.pieces.push(spaced ? { ...line, text: ` ${line.text}` } : line);
    this.#open = {
      ...open,
      last: line,
      lines: open.lines + 1,
      blockIndent: line.indent >= 2 ? line.indent : open.blockIndent,
      marked: open.marked || hasMark(line.text),
    };
    this.#report.changed(
      'joined-lines',
      line.line + 1,
      `${open.last.text.slice(-12)}⏎${line.text.slice(0, 12)}`,
      1,
    );
  }

  #close(): void {
    const open = this.#open;
    this.#open = undefined;
    if (!open) return;
    const notes: PolishNotes = {
      removed: (reason, text, at) => this.#report.removed(reason, lineAt(open.pieces, at), text),
      changed: (reason, text, characters, at) =>
        this.#report.changed(reason, lineAt(open.pieces, at), text, characters),
    };
    const joined = repairMojibake(open.pieces.map((piece) => piece.text).join(''), notes);
    const text = polish(joined, this.#survey, notes);
    if (text.trim() !== '') this.#emit(text.trim());
  }

  /** Adds a line to the text and returns where it starts. */
  #emit(line: string): number {
    let written = line;
    if (this.#convert) {
      written = this.#convert(line);
      if (written !== line)
        this.#report.changed('converted', this.#line + 1, written, countChanges(line, written));
    }
    const start = this.#length;
    this.#output.push(written);
    this.#length += written.length + 1;
    return start;
  }

  #removed(reason: Parameters<ReportBuilder['removed']>[0], text: string): void {
    this.#report.removed(reason, this.#line + 1, text);
  }
}

/** The number, from 1, of the line that holds place `at` of a paragraph. */
function lineAt(pieces: readonly StoryLine[], at: number): number {
  let end = 0;
  for (const { text, line } of pieces) {
    end += text.length;
    if (at < end) return line + 1;
  }
  return pieces.at(-1)!.line + 1;
}

function hasMark(text: string): boolean {
  return /[，。．、；：？！,﹔]/u.test(text.slice(0, -1));
}

function countChanges(before: string, after: string): number {
  const a = [...before];
  const b = [...after];
  let n = Math.abs(a.length - b.length);
  for (let i = 0; i < Math.min(a.length, b.length); i++) if (a[i] !== b[i]) n++;
  return n;
}
