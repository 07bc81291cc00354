/** Where progress is shown: a terminal, which has columns, or a file or pipe, which has none. */
export type ProgressStream = {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
};

export type ProgressDisplayOptions = {
  readonly stream: ProgressStream;
  /** Milliseconds of a steady clock. */
  readonly now: () => number;
  /** False where even a terminal cannot overwrite what it shows. */
  readonly cursor?: boolean | undefined;
  /** Seconds between two lines where they cannot be overwritten. */
  readonly every?: number;
};

/** Milliseconds between two drawings in a terminal: smooth to the eye, free for the training. */
const REDRAW = 100;
const EVERY = 15;
const WIDTH_OF_A_FILE = 120;
const CLEAR_LINE = '\r\x1b[2K';

/**
 * Keeps one line about the work under way: overwritten in place in a terminal, and elsewhere a plain line
 * from time to time.
 */
export class ProgressDisplay {
  readonly #stream: ProgressStream;
  readonly #now: () => number;
  readonly #overwrites: boolean;
  readonly #interval: number;
  #shownAt = Number.NEGATIVE_INFINITY;
  #render: ((columns: number) => string) | undefined;

  constructor({ stream, now, cursor = true, every = EVERY }: ProgressDisplayOptions) {
    this.#stream = stream;
    this.#now = now;
    this.#overwrites = cursor && stream.isTTY === true;
    this.#interval = this.#overwrites ? REDRAW : every * 1000;
  }

  /** Shows the line if it is time; `render` makes it for so many columns and is called only then. */
  update(render: (columns: number) => string): void {
    this.#render = render;
    if (this.#now() - this.#shownAt < this.#interval) return;
    this.#draw();
  }

  /** Prints lines that stay, such as a sample, above the line of progress. */
  print(text: string): void {
    if (!this.#overwrites) {
      this.#stream.write(`${text}\n`);
      return;
    }
    this.#stream.write(`${CLEAR_LINE}${text}\n`);
    if (this.#render) this.#draw();
  }

  /** Shows the last state and leaves the line; what is printed after it begins on a line of its own. */
  end(): void {
    if (!this.#render) return;
    this.#draw();
    if (this.#overwrites) this.#stream.write('\n');
    this.#render = undefined;
  }

  #draw(): void {
    this.#shownAt = this.#now();
    // A line as wide as the terminal would wrap at its last cell and no longer be overwritten.
    const columns = this.#stream.isTTY ? (this.#stream.columns ?? 80) - 1 : WIDTH_OF_A_FILE;
    const line = this.#render?.(columns) ?? '';
    this.#stream.write(this.#overwrites ? CLEAR_LINE + line : `${line}\n`);
  }
}
