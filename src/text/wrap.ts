import { isHan } from './characters.ts';

/** A wrapped line is rarely narrower than this, in columns; verse and titles are. */
const NARROWEST = 40;
/** So many lines that break off are enough where no line is wider. */
const FEW = 3;
/** Columns about a wrap's width in which full lines end. */
const EDGE = 6;
const WIDEST = 200;
/** Lines on either side that are looked at: the near ones, and where they are verse, more. */
const WINDOWS = [
  { lines: 15, enough: 4, share: 0.25 },
  { lines: 60, enough: 12, share: 0.15 },
] as const;

const MID = 1;
const BOUNDARY = 2;
const UNFINISHED = 8;
const MARK_INSIDE = 4;

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
    const unfinished = isHan(last) || /[，、；,;﹔]/u.test(last ?? '');
    this.#flags[i] =
      (isHan(last) ? MID : 0) |
      (unfinished ? UNFINISHED : 0) |
      (boundary ? BOUNDARY : 0) |
      (inside ? MARK_INSIDE : 0);
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
    for (const { lines: window, enough, share } of WINDOWS) {
      const near = [...this.#around(i, window)];
      const widths = near.filter((j) => this.#isWrapped(j)).map((j) => this.#widths[j]!);
      if (widths.length === 0) continue;
      const wrap = upper(widths);
      if (widths.length >= enough && widths.length >= near.length * share) return wrap;
      if (widths.length >= FEW && this.#nothingIsWider(near, wrap)) return wrap;
    }
    return undefined;
  }

  /** Short paragraphs hide a wrap; then it shows in that hardly a line is wider, and that lines of its width break off. */
  #nothingIsWider(near: readonly number[], wrap: number): boolean {
    const full = near.filter((j) => Math.abs(this.#widths[j]! - wrap) <= EDGE);
    const wider = near.filter((j) => this.#widths[j]! > wrap + EDGE);
    return (
      wider.length <= near.length / 20 && full.filter((j) => this.#isWrapped(j)).length >= full.length * 0.4
    );
  }

  /** True where the paragraphs around line `i` begin with an indent, so that a line without one goes on. */
  paragraphsAreIndented(i: number): boolean {
    let marked = 0;
    for (const j of this.#around(i, 40)) {
      const indent = this.#indents[j]!;
      if (indent >= 2 && indent <= 5 && j > 0 && this.#widths[j - 1]! > 0 && this.#indents[j - 1]! < 2)
        marked++;
    }
    return marked >= 3;
  }

  /** True where line `i` ends in the middle of a clause and so does a neighbour of about its width: a few wrapped lines. */
  wrappedTogether(i: number): boolean {
    const near = (j: number) =>
      j >= 0 && j < this.length && this.#isWrapped(j) && Math.abs(this.#widths[j]! - this.#widths[i]!) <= 6;
    return this.#isWrapped(i) && (near(i - 1) || near(i + 1));
  }

  /** Lines with words near line `i`; a heading may part two layouts and is crossed only for want of lines. */
  *#around(i: number, window: number): Generator<number> {
    let lines = 0;
    for (const direction of [-1, 1]) {
      let seen = 0;
      for (let j = direction < 0 ? i : i + 1; j >= 0 && j < this.length && seen < window; j += direction) {
        if (this.#flags[j]! & BOUNDARY && lines >= window / 2) break;
        if (this.#widths[j] === 0) continue;
        seen++;
        lines++;
        yield j;
      }
    }
  }

  #isWrapped(i: number): boolean {
    const width = this.#widths[i]!;
    const flags = this.#flags[i]!;
    return width >= NARROWEST && width < WIDEST && (flags & MID) !== 0 && (flags & MARK_INSIDE) !== 0;
  }

  /**
   * The columns at which a block of indented lines (a letter, an ode) around line `i` was wrapped by itself;
   * undefined where line `i` is not in one. A rest of a line that a second wrap left without its indent does
   * not end the block.
   */
  blockWidth(i: number): number | undefined {
    const indent = this.#indents[i]!;
    const widths: number[] = [];
    let length = 0;
    for (const direction of [-1, 1]) {
      let foreign = 0;
      for (let j = direction < 0 ? i : i + 1; j >= 0 && j < this.length && length < 120; j += direction) {
        if (this.#widths[j] === 0 || this.#flags[j]! & BOUNDARY) break;
        if (this.#indents[j] !== indent) {
          if (++foreign > 1 || !(this.#flags[j]! & UNFINISHED)) break;
          continue;
        }
        foreign = 0;
        length++;
        if (this.#isWrapped(j)) widths.push(this.#widths[j]!);
      }
    }
    return length >= 3 && widths.length >= 1 ? upper(widths) : undefined;
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

/** A width that four fifths of the lines keep to: a few have marks hanging over the edge. */
function upper(widths: number[]): number {
  return widths.sort((a, b) => a - b)[Math.floor(widths.length * 0.8)]!;
}
