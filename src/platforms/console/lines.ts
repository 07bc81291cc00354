import { createInterface, type Interface } from 'node:readline';
import { type Readable, Writable } from 'node:stream';

export type LinesOptions = {
  readonly input: Readable;
  readonly output: Writable & { readonly columns?: number };
  /** Whether a person sits at a terminal: then there is a prompt, line editing, and keys are heard. */
  readonly terminal: boolean;
  /** Whether the terminal can be asked to mark what is pasted. */
  readonly marksPastes: boolean;
  /** Whether a line may be a part of a longer text, and so one with its neighbours in a paste. */
  readonly isText: (line: string) => boolean;
};

/** What was typed before Enter; pasted, it can be several lines, joined by `\n`. */
export type Typed = {
  readonly text: string;
  /** Its lines as they stand on the screen, without the prompt; none if it was typed while the prompt was away. */
  readonly shown: readonly string[];
};

export const PROMPT = '› ';
/** Bracketed paste: the terminal says where a paste begins and ends. */
const MARK_PASTES = '\x1b[?2004h';
const MARK_NO_PASTES = '\x1b[?2004l';

/**
 * Lines as they are typed or piped in. Typed ahead while something is written, they wait; what is typed then is
 * not shown until the prompt is back.
 */
export class Lines {
  readonly #interface: Interface;
  readonly #terminal: boolean;
  readonly #isText: (line: string) => boolean;
  readonly #queue: Typed[] = [];
  #ended = false;
  #stop: AbortController | undefined;
  #wake: (() => void) | undefined;
  #shown = true;
  /** Whether what comes next may belong to the last line in the queue. */
  #pasting = false;
  /** Whether the terminal has marked the beginning of a paste and not its end. */
  #inPaste = false;
  /** The lines of marked pastes, as they wait for what is behind them and Enter. */
  #pasted: Typed[] = [];
  readonly #unmark: () => void;

  constructor({ input, output, terminal, marksPastes, isText }: LinesOptions) {
    this.#terminal = terminal;
    this.#unmark = () => void (terminal && marksPastes && output.write(MARK_NO_PASTES));
    this.#isText = isText;
    const gate = new Writable({
      decodeStrings: false,
      write: (chunk, _encoding, done) => {
        if (this.#shown) output.write(chunk);
        done();
      },
    });
    // readline asks its output for the width to know where a long line wraps.
    Object.defineProperty(gate, 'columns', { get: () => output.columns });
    output.on('resize', () => gate.emit('resize'));
    this.#interface = createInterface({ input, output: gate, terminal, prompt: PROMPT });
    this.#interface.on('line', (line) => this.#take(line));
    this.#interface.on('close', () => this.#end());
    this.#interface.on('SIGINT', () => this.#interrupt());
    if (!terminal || !marksPastes) return;
    output.write(MARK_PASTES);
    input.on('keypress', (_, { name }: { readonly name?: string }) => {
      if (name === 'paste-start' || name === 'paste-end') this.#inPaste = name === 'paste-start';
    });
  }

  /** The next line; undefined when there is none or the person leaves. */
  async read(): Promise<Typed | undefined> {
    while ((this.#queue.length === 0 || this.#pasting) && !this.#ended) {
      if (this.#terminal && (this.#queue.length === 0 || this.#interface.line !== '')) {
        this.#shown = true;
        this.#interface.prompt(true);
      }
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    this.#shown = !this.#terminal;
    return this.#queue.shift();
  }

  /** Does `work` with the keyboard hidden; Ctrl-C meanwhile aborts the signal and nothing else. */
  async during(work: (signal: AbortSignal) => Promise<void>): Promise<void> {
    this.#stop = new AbortController();
    try {
      await work(this.#stop.signal);
    } finally {
      this.#stop = undefined;
    }
  }

  /** Puts a text at the prompt, to be changed or sent again; false where there is no prompt or it has several lines. */
  putBack(text: string): boolean {
    if (!this.#terminal || this.#ended || text.includes('\n') || this.#interface.line !== '') return false;
    this.#interface.write(text);
    return true;
  }

  /** No more lines; what is being done is stopped. */
  leave(): void {
    this.#queue.length = 0;
    this.#stop?.abort();
    this.#end();
  }

  /** Lets go of the input: a program that has nothing else to do can end. */
  [Symbol.dispose](): void {
    this.#unmark();
    this.#interface.close();
  }

  #take(line: string): void {
    if (this.#inPaste || this.#pasted.length > 0) {
      this.#takePasted(line);
      return;
    }
    // Enter pressed while a passage is written is impatience, not a wish for two.
    if (this.#terminal && this.#stop && line.trim() === '') return;
    const shown = this.#shown ? [line] : [];
    const last = this.#queue.at(-1);
    if (last && this.#pasting && this.#isText(last.text) && this.#isText(line)) {
      this.#queue.pop();
      this.#queue.push({ text: `${last.text}\n${line}`, shown: [...last.shown, ...shown] });
    } else this.#queue.push({ text: line, shown });
    if (!this.#terminal) {
      this.#wake?.();
      return;
    }
    // Nobody types two lines at once: lines that arrive together were pasted. So was what stands behind the last
    // of them; it lacks its Enter yet.
    this.#pasting = true;
    setImmediate(() => {
      this.#pasting = this.#interface.line !== '' && this.#isText(line);
      this.#wake?.();
    });
  }

  /** Enter in a paste only begins a new line; the Enter behind it sends all of it. */
  #takePasted(line: string): void {
    this.#pasted.push({ text: line, shown: this.#shown ? [line] : [] });
    if (this.#inPaste) return;
    const text = this.#pasted.map(({ text }) => text).join('\n');
    this.#queue.push({ text, shown: this.#pasted.flatMap(({ shown }) => shown) });
    this.#pasted = [];
    this.#wake?.();
  }

  #interrupt(): void {
    this.#queue.length = 0;
    this.#pasted = [];
    this.#pasting = false;
    if (this.#stop) this.#stop.abort();
    else this.#end();
  }

  #end(): void {
    this.#ended = true;
    if (this.#terminal) this.#queue.length = 0;
    this.#pasted = [];
    this.#wake?.();
  }
}
