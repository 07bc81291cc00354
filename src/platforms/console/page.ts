import { Writable } from 'node:stream';
import stringWidth from 'string-width';
import { wrapRemark, wrapRows } from './wrap-remark.ts';

/** Who wrote a piece of text; nobody, what was erased. */
export type Voice = 'person' | 'model' | 'nobody';

export type PageOptions = {
  /** Columns of the terminal now; undefined leaves lines as long as they are. */
  readonly columns?: () => number | undefined;
  /** Whether what people wrote stands in colour, so that one sees who wrote what. */
  readonly color: boolean;
};

const INDENT = '　　';
/** Longer lines are tiring to read. */
const MEASURE = 80;
/** Room at the end of a line for three full-width marks that may not begin the next (……”). */
const HANGING = 6;
const NEVER_FIRST = /^[，。、；：？！…”’」』》〉）】〕·～,.;:?!)\]\p{M}]/u;
const NEVER_LAST = /^[“‘「『《〈（【〔([]/u;

const STYLES = { person: ['\x1b[36m', '\x1b[39m'], note: ['\x1b[2m', '\x1b[22m'] } as const;

/**
 * Sets a story as it comes: paragraphs begin with two full-width spaces, no line begins with a closing mark or
 * ends with an opening one. Marks that may not begin a line hang in its margin, so nothing waits for what follows.
 */
export class Page {
  readonly options: PageOptions;
  readonly #output: Writable;
  #column = 0;
  #paragraph = true;
  #last = '';
  /** Blank rows that vanish with the prompt: behind the story one, behind a note none. */
  #gap = 0;

  constructor(output: Writable, options: PageOptions) {
    this.#output = output;
    this.options = options;
  }

  /** Adds text where the last ended. */
  write(text: string, voice: Voice): void {
    let out = '';
    for (const character of text) {
      if (character === '\n') this.#paragraph = true;
      else out += this.#set(character);
    }
    if (out === '') return;
    this.#output.write(voice === 'model' ? out : this.#style(voice === 'person' ? 'person' : 'note', out));
    this.#gap = 1;
  }

  /** Begins a new row if the last is not empty. */
  endRow(): void {
    if (this.#column > 0) this.#output.write('\n');
    this.#column = 0;
  }

  /** Begins a new row, of a new paragraph or within one. */
  startRow(paragraph: boolean): void {
    this.endRow();
    this.#paragraph = paragraph;
  }

  /** A line about the story, not of it. */
  note(text: string): void {
    const columns = this.options.columns?.();
    this.#remark(
      text
        .split('\n')
        .map((line) => wrapRemark(line, columns))
        .join('\n'),
    );
  }

  /** Notes in two columns. */
  list(rows: readonly (readonly [string, string])[]): void {
    this.#remark(wrapRows(rows, this.options.columns?.()));
  }

  /** Rows as they are. */
  print(rows: readonly string[]): void {
    this.endRow();
    for (const row of rows) this.#output.write(`${row}\n`);
    this.#gap = 0;
  }

  /** Leaves a blank row in front of a prompt. */
  openGap(): void {
    this.endRow();
    this.#output.write('\n');
  }

  /**
   * Takes the prompt with the lines typed at it off the screen again, so that the story reads on in one piece.
   * They stay if how many rows they fill is not certain.
   */
  closeGap(typed: readonly string[]): void {
    const columns = this.options.columns?.() ?? 0;
    let rows = this.#gap;
    for (const line of typed) {
      const filled = rowsOf(line, columns);
      if (filled === undefined) return;
      rows += filled;
    }
    this.#output.write(`${rows > 0 ? `\x1b[${rows}A` : ''}\x1b[0J`);
  }

  #remark(text: string): void {
    this.endRow();
    this.#output.write(`${this.#style('note', text)}\n`);
    this.#gap = 0;
  }

  #set(character: string): string {
    let before = '';
    if (this.#paragraph) {
      before = `${this.#column > 0 ? '\n' : ''}${INDENT}`;
      this.#column = stringWidth(INDENT);
      this.#paragraph = false;
    }
    const width = stringWidth(character, { ambiguousIsNarrow: false });
    const columns = this.options.columns?.();
    if (columns !== undefined && columns > 2 * HANGING) {
      const end = Math.min(columns, MEASURE) - HANGING;
      // Behind an opening mark there must be room for a second one (“‘) and for what they open.
      const opens = NEVER_LAST.test(character) ? (NEVER_LAST.test(this.#last) ? 1 : 2) : 0;
      const room = end - opens * width;
      const tied = NEVER_FIRST.test(character) || (character === '—' && this.#last === '—');
      const hangs = tied && this.#column + width <= end + HANGING;
      if (this.#column + width > room && !hangs) {
        before += '\n';
        this.#column = 0;
      }
    }
    this.#column += width;
    this.#last = character;
    return before + character;
  }

  #style(style: keyof typeof STYLES, text: string): string {
    if (!this.options.color) return text;
    const [on, off] = STYLES[style];
    return on + text + off;
  }
}

/** A whole story set for a terminal of so many columns. */
export const setStory = (text: string, columns: number): string =>
  setPassages([{ text, voice: 'model' }], { color: false, columns: () => columns });

/** Passages that follow each other, set as a page would have them. */
export function setPassages(
  passages: readonly { readonly text: string; readonly voice: Voice }[],
  options: PageOptions,
): string {
  let set = '';
  const output = new Writable({
    decodeStrings: false,
    write(piece: string, _encoding, done) {
      set += piece;
      done();
    },
  });
  const page = new Page(output, options);
  for (const { text, voice } of passages) page.write(text, voice);
  return set;
}

/**
 * The rows that a line fills where a terminal wraps it: a wide character does not straddle its edge, and what ends
 * at the edge leaves the cursor in the next row. Undefined where terminals differ: marks such as “ take one column
 * in some and two in others, and what moves the cursor by itself, such as a tab, fills who knows what.
 */
function rowsOf(line: string, columns: number): number | undefined {
  if (columns < 2 || /\p{Cc}/u.test(line)) return undefined;
  const [narrow, wide] = [true, false].map((ambiguousIsNarrow) => {
    let at = 0;
    for (const character of line) {
      const width = stringWidth(character, { ambiguousIsNarrow });
      if (width === 2 && at % columns === columns - 1) at++;
      at += width;
    }
    return 1 + Math.floor(at / columns);
  });
  return narrow === wide ? narrow : undefined;
}
