import { createInterface, type Interface } from 'node:readline';
import { type Readable, Writable } from 'node:stream';

export type LinesOptions = {
  readonly input: Readable;
  readonly output: Writable & { readonly columns?: number };
  /** Whether a person sits at a terminal: then there is a prompt, line editing, and keys are heard. */
  readonly terminal: boolean;
};

export const PROMPT = '› ';

/**
 * Lines as they are typed or piped in. Typed ahead while something is written, they wait; what is typed then is
 * not shown until the prompt is back.
 */
export class Lines {
  readonly #interface: Interface;
  readonly #terminal: boolean;
  readonly #queue: string[] = [];
  #ended = false;
  #stop: AbortController | undefined;
  #wake: (() => void) | undefined;
  #shown = true;
  #pasting = false;

  constructor({ input, output, terminal }: LinesOptions) {
    this.#terminal = terminal;
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
  }

  /** The next line; undefined when there is none or the person leaves. */
  async read(): Promise<string | undefined> {
    if (this.#terminal && this.#queue.length === 0 && !this.#ended) {
      this.#shown = true;
      this.#interface.prompt(true);
    }
    while ((this.#queue.length === 0 || this.#pasting) && !this.#ended) {
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

  /** Lets go of the input: a program that has nothing else to do can end. */
  [Symbol.dispose](): void {
    this.#interface.close();
  }

  #take(line: string): void {
    // Enter pressed while a passage is written is impatience, not a wish for two.
    if (this.#terminal && this.#stop && line.trim() === '') return;
    // Lines that arrive at once at a terminal were pasted: they are one text of several paragraphs.
    if (this.#terminal && this.#pasting && this.#queue.length > 0) {
      this.#queue.push(`${this.#queue.pop()}\n${line}`);
    } else {
      this.#queue.push(line);
      this.#pasting = true;
      setImmediate(() => {
        this.#pasting = false;
        this.#wake?.();
      });
    }
  }

  #interrupt(): void {
    this.#queue.length = 0;
    if (this.#stop) this.#stop.abort();
    else this.#end();
  }

  #end(): void {
    this.#ended = true;
    if (this.#terminal) this.#queue.length = 0;
    this.#wake?.();
  }
}
