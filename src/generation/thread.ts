import { once } from 'node:events';
import { SHARE_ENV, Worker } from 'node:worker_threads';
import type { ModelCard } from '#lstm';
import { Vocabulary } from '#text';
import type { Arithmetic, Order, Written } from './order.ts';
import { errorOf } from './problem.ts';
import type { FromWorker, ToWorker, WorkerOptions } from './protocol.ts';

/** One passage that the thread is writing, or one answer that it owes. */
type Passage = { text: string; end?: Written; error?: Error; wake: () => void };

/**
 * The generation worker, seen from the main thread: text crosses the border, tensors stay there. It is never
 * terminated, since ending a thread inside the runtime ends the process: it is asked to end when its passages have.
 */
export class GenerationThread implements AsyncDisposable {
  readonly vocabulary: Vocabulary;
  readonly about: ModelCard;
  readonly arithmetic: Arithmetic;
  readonly #worker: Worker;
  readonly #ended: Promise<unknown>;
  readonly #passages = new Map<number, Passage>();
  #next = 0;
  #failure: Error | undefined;

  private constructor(worker: Worker, { vocabulary, about, arithmetic }: Ready) {
    this.#worker = worker;
    this.vocabulary = Vocabulary.parse(vocabulary);
    this.about = about;
    this.arithmetic = arithmetic;
    worker.on('message', (message: FromWorker) => this.#hear(message));
    worker.on('error', (error) => this.#fail(error));
    this.#ended = new Promise((resolve) => {
      worker.on('exit', (code) => {
        this.#fail(new Error(`the generation worker has ended with ${code}`));
        resolve(code);
      });
    });
  }

  /**
   * Starts the worker and waits until it has opened its model.
   * @throws UserError what opening the model throws
   */
  static async start(script: URL, options: WorkerOptions): Promise<GenerationThread> {
    // The environment is shared, so that what the engine sets in it counts for its library too.
    const worker = new Worker(script, { workerData: options, env: SHARE_ENV });
    const ended = once(worker, 'exit').then(([code]) => {
      throw new Error(`the generation worker has ended with ${code}`);
    });
    const [message] = (await Promise.race([once(worker, 'message'), ended])) as [FromWorker];
    ended.catch(() => {});
    if (message.kind === 'ready') return new GenerationThread(worker, message);
    await ended.catch(() => {});
    throw message.kind === 'failed' ? errorOf(message.problem) : new Error(`unexpected ${message.kind}`);
  }

  /** Whether the worker has ended or failed: nothing more can be written. */
  get failed(): boolean {
    return this.#failure !== undefined;
  }

  /** Writes one passage; see `Lease.write`. */
  async *write({ signal, ...order }: Order): AsyncGenerator<string, Written> {
    const { id, passage } = this.#ask();
    const stop = () => this.#tell({ kind: 'stop', id });
    this.#tell({ kind: 'write', id, order });
    if (signal?.aborted) stop();
    signal?.addEventListener('abort', stop);
    try {
      for (;;) {
        const { text, end, error } = passage;
        passage.text = '';
        if (text !== '') yield text;
        if (error) throw error;
        if (end) return end;
        if (passage.text === '' && !passage.end && !passage.error) await changed(passage);
      }
    } finally {
      signal?.removeEventListener('abort', stop);
      if (!passage.end && !passage.error) stop();
      this.#passages.delete(id);
    }
  }

  /** Drops every state that is kept behind these passages. */
  async forget(passages: readonly string[]): Promise<void> {
    const { id, passage } = this.#ask();
    this.#tell({ kind: 'forget', id, passages });
    while (!passage.end && !passage.error) await changed(passage);
    this.#passages.delete(id);
    if (passage.error) throw passage.error;
  }

  /** Ends the passages under way, and those that wait, where they stand; what is there of them is kept. */
  stop(): void {
    for (const id of this.#passages.keys()) this.#tell({ kind: 'stop', id });
  }

  /** Stops, then lets the worker end. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.stop();
    this.#tell({ kind: 'close' });
    await this.#ended;
  }

  #ask(): { readonly id: number; readonly passage: Passage } {
    if (this.#failure) throw this.#failure;
    const id = this.#next++;
    const passage: Passage = { text: '', wake: () => {} };
    this.#passages.set(id, passage);
    return { id, passage };
  }

  #tell(message: ToWorker): void {
    this.#worker.postMessage(message);
  }

  #hear(message: FromWorker): void {
    if (message.kind === 'failed') this.#fail(errorOf(message.problem));
    if (message.kind === 'refused') this.#settle(message.id, { error: errorOf(message.problem) });
    if (message.kind === 'forgotten') this.#settle(message.id, { end: NOTHING });
    if (message.kind !== 'wrote') return;
    for (const { id, text, end } of message.passages) {
      const passage = this.#passages.get(id);
      if (passage) this.#settle(id, { text: passage.text + text, ...(end && { end }) });
    }
  }

  #fail(error: Error): void {
    this.#failure ??= error;
    for (const id of this.#passages.keys()) this.#settle(id, { error: this.#failure });
  }

  #settle(id: number, change: Partial<Passage>): void {
    const passage = this.#passages.get(id);
    if (passage) Object.assign(passage, change).wake();
  }
}

type Ready = Extract<FromWorker, { kind: 'ready' }>;

const NOTHING: Written = { text: '', origin: 'start', surprise: {} };

const changed = (passage: Passage): Promise<void> =>
  new Promise((resolve) => {
    passage.wake = resolve;
  });
