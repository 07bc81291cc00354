import { createReadStream } from 'node:fs';
import { fileError } from './inspect-file.ts';
import type { Encoding } from './novel.ts';

/** A longer line is cut after a sentence: a book without line ends would else be held several times over. */
const LONGEST_LINE = 1 << 16;
const SENTENCE_END = /[。！？．][”’」』"]*(?![”’」』"])/gu;
const LINE_END = /\r\n|[\n\r\f\v\u0085\u2028\u2029]/g;

/** The lines of a text file, decoded as a stream; malformed bytes become U+FFFD. Throws what the file system refuses. */
export async function* readLines(
  path: string,
  encoding: Encoding,
  signal?: AbortSignal,
): AsyncGenerator<string> {
  const decoder = new TextDecoder(encoding);
  const splitter = new LineSplitter();
  try {
    for await (const chunk of createReadStream(path, signal ? { signal } : {}) as AsyncIterable<Buffer>) {
      yield* splitter.push(decoder.decode(chunk, { stream: true }));
    }
  } catch (error) {
    throw fileError(error as NodeJS.ErrnoException, path);
  }
  yield* splitter.push(decoder.decode());
  yield* splitter.finish();
}

/** Cuts text that comes in pieces into lines, whatever their ends (LF, CRLF, CR, form feed, U+2028). */
export class LineSplitter {
  readonly #pieces: string[] = [];
  #length = 0;
  /** Length at which to look for sentences again; twice what none was found in, or a book of none would take forever. */
  #cutAt = LONGEST_LINE;
  #heldReturn = false;

  /** The lines that `piece` completes. */
  *push(piece: string): Generator<string> {
    let text = piece;
    if (text === '') return;
    // A CR at the end of a piece may be the first half of CRLF.
    if (this.#heldReturn) text = `\r${text}`;
    this.#heldReturn = text.endsWith('\r');
    if (this.#heldReturn) text = text.slice(0, -1);
    let from = 0;
    for (const match of text.matchAll(LINE_END)) {
      this.#hold(text.slice(from, match.index));
      if (this.#length > LONGEST_LINE) yield* this.#cut();
      yield this.#take();
      from = match.index + match[0].length;
    }
    if (from < text.length) this.#hold(text.slice(from));
    if (this.#length > this.#cutAt) yield* this.#cut();
  }

  /** The last line, where it has no end of its own. */
  *finish(): Generator<string> {
    if (this.#length > LONGEST_LINE) yield* this.#cut();
    if (this.#heldReturn || this.#pieces.length > 0) yield this.#take();
  }

  #hold(piece: string): void {
    this.#pieces.push(piece);
    this.#length += piece.length;
  }

  #take(): string {
    this.#length = 0;
    this.#cutAt = LONGEST_LINE;
    return this.#pieces.splice(0).join('');
  }

  /** Parts of what is held, each about the longest line, as far as there are sentences to end them. */
  *#cut(): Generator<string> {
    const line = this.#take();
    let from = 0;
    for (const { 0: mark, index } of line.matchAll(SENTENCE_END)) {
      const end = index + mark.length;
      // What stands at the very end may yet get a closing quote from the next piece.
      if (end === line.length || end - from < LONGEST_LINE / 2) continue;
      // What need not be cut is not, or the pieces in which a book comes would show in its lines.
      if (line.length - from <= LONGEST_LINE) break;
      yield line.slice(from, end);
      from = end;
    }
    this.#hold(line.slice(from));
    this.#cutAt = Math.max(LONGEST_LINE, 2 * this.#length);
  }
}
