import { once } from 'node:events';
import { SHARE_ENV, Worker } from 'node:worker_threads';
import type { ModelCard } from '#lstm';
import { Vocabulary } from '#text';
import type { Cursor } from './cursor.ts';
import type { FromWorker, ToWorker, WorkerOptions } from './protocol.ts';
import { errorOf } from './serve.ts';
import type { SampleOrder, Write } from './writer.ts';

/** One passage that the thread is writing. */
type Passage = { text: string; end?: Cursor; error?: Error; wake: () => void };

/**
 * The generation worker, seen from the main thread: text crosses the border, tensors stay there. It is never
 * terminated, since ending a thread inside the runtime ends the process: it is asked to end when its passages have.
 */
export class GenerationThread implements AsyncDisposable {
  readonly vocabulary: Vocabulary;
  readonly about: ModelCard;
  readonly #worker: Worker;
  readonly #passages = new Map<number, Passage>();
  #next = 0;
  #failure: Error | undefined;

  private constructor(worker: Worker, vocabulary: Vocabulary, about: ModelCard) {
    this.#worker = worker;
    this.vocabulary = vocabulary;
    this.about = about;
    worker.on('message', (message: FromWorker) => this.#hear(message));
    worker.on('error', (error) => this.#fail(error));
    worker.on('exit', (code) => this.#fail(new Error(`the generation worker has ended with ${code}`)));
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
    if (message.kind === 'ready')
      return new GenerationThread(worker, Vocabulary.parse(message.vocabulary), message.about);
    await once(worker, 'exit');
    throw message.kind === 'failed' ? errorOf(message.problem) : new Error(`unexpected ${message.kind}`);
  }

  /** Writes one passage; see `Write`. Leaving the loop early stops it. */
  readonly write: Write = (order) => this.#write(order);

  async *#write({ cursor, opening, settings, seed, signal }: SampleOrder): AsyncGenerator<string, Cursor> {
    if (this.#failure) throw this.#failure;
    const id = this.#next++;
    const passage: Passage = { text: '', wake: () => {} };
    this.#passages.set(id, passage);
    this.#tell({ kind: 'write', id, cursor, opening, settings, seed });
    const stop = () => this.#tell({ kind: 'stop', id });
    if (signal?.aborted) stop();
    signal?.addEventListener('abort', stop);
    try {
      for (;;) {
        const { text, end, error } = passage;
        passage.text = '';
        if (text !== '') yield text;
        if (error) throw error;
        if (end) return end;
        if (passage.text === '' && !passage.end && !passage.error) {
          await new Promise<void>((resolve) => {
            passage.wake = resolve;
          });
        }
      }
    } finally {
      signal?.removeEventListener('abort', stop);
      if (!passage.end && !passage.error) stop();
      this.#passages.delete(id);
    }
  }

  /** Lets the passages under way end, then the worker. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#failure) return;
    const ended = once(this.#worker, 'exit');
    for (const id of this.#passages.keys()) this.#tell({ kind: 'stop', id });
    this.#tell({ kind: 'close' });
    await ended;
  }

  #tell(message: ToWorker): void {
    this.#worker.postMessage(message);
  }

  #hear(message: FromWorker): void {
    if (message.kind === 'failed') this.#fail(errorOf(message.problem));
    if (message.kind === 'refused') this.#settle(message.id, { error: errorOf(message.problem) });
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
