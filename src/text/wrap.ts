import { isHan } from './characters.ts';

/** A wrapped line is rarely narrower than this, in columns; verse and titles are. */
const NARROWEST = 40;
const WINDOW = 15;
const ENOUGH = 4;

const MID = 1;
const BOUNDARY = 2;
const SENTENCE_INSIDE = 4;

/** Per line of the file: width, indent (columns) and how it ends; three small numbers a line. */
export class LineShapes {
  #widths = new Uint16Array(1024);
  #indents = new Uint8Array(1024);
  #flags = new Uint8Array(1024);
  length = 0;

  /** Adds a line: `width` columns with its indent; 0 for one without words. */
  add(text: string, width: number, indent: number, boundary: boolean): void {
    if (this.length === this.#widths.length) this.#grow();
    const i = this.length++;
    this.#widths[i] = Math.min(width, 0xffff);
    this.#indents[i] = Math.min(indent, 0xff);
    const last = text.at(-1);
    const inside = /[，。．、；：？！,﹔]/u.test(text);
    this.#flags[i] = (isHan(last) ? MID : 0) | (boundary ? BOUNDARY : 0) | (inside ? SENTENCE_INSIDE : 0);
  }

  /** Makes line `i` (from 0) one that text does not flow over. */
  setBoundary(i: number): void {
    this.#flags[i]! |= BOUNDARY;
    this.#widths[i] = 0;
  }

  /**
   * The columns at which the lines around line `i` were wrapped; undefined where they were not. The sign of
   * a wrap is a wide line that ends in the middle of a clause: paragraphs and verses end with a mark.
   */
  wrapWidth(i: number): number | undefined {
    const widths: number[] = [];
    let lines = 0;
    for (const direction of [-1, 1]) {
      let seen = 0;
      for (let j = direction < 0 ? i : i + 1; j >= 0 && j < this.length && seen < WINDOW; j += direction) {
        const flags = this.#flags[j]!;
        // A heading may part two ways of wrapping; it is crossed only where the lines on this side are too few.
        if (flags & BOUNDARY && lines >= WINDOW / 2) break;
        const width = this.#widths[j]!;
        if (width === 0) continue;
        seen++;
        lines++;
        if (width >= NARROWEST && width < 200 && flags & MID && flags & SENTENCE_INSIDE) widths.push(width);
      }
    }
    if (widths.length < ENOUGH || widths.length < lines * 0.25) return undefined;
    widths.sort((a, b) => a - b);
    return widths[Math.floor(widths.length * 0.8)];
  }

  /** True where line `i` stands in a run of lines of one indent that was itself wrapped (a letter, an ode). */
  inWrappedBlock(i: number): boolean {
    const indent = this.#indents[i]!;
    let from = i;
    while (from > 0 && i - from < 60 && this.#widths[from - 1]! > 0 && this.#indents[from - 1] === indent)
      from--;
    let wrapped = 0;
    let length = 0;
    for (let j = from; j < this.length && j - i < 60; j++) {
      if (this.#widths[j] === 0 || this.#indents[j] !== indent) break;
      length++;
      const flags = this.#flags[j]!;
      if (flags & MID && flags & SENTENCE_INSIDE && this.#widths[j]! >= NARROWEST) wrapped++;
    }
    return length >= 3 && wrapped >= 1;
  }

  #grow(): void {
    const size = this.length * 2;
    const widths = new Uint16Array(size);
    const indents = new Uint8Array(size);
    const flags = new Uint8Array(size);
    widths.set(this.#widths);
    indents.set(this.#indents);
    flags.set(this.#flags);
    this.#widths = widths;
    this.#indents = indents;
    this.#flags = flags;
  }
}
