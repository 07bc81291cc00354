import type { Entry } from './backend.ts';

type Waiting = { readonly entries: readonly Entry[]; resolve(): void; reject(error: unknown): void };

/**
 * Gathers what is written within one turn of the event loop, and while an earlier commit runs, into one commit. Commits follow
 * each other in order; all who share one share its outcome.
 */
export class Committer {
  readonly #commit: (entries: readonly Entry[]) => Promise<void>;
  #waiting: Waiting[] = [];
  #scheduled = false;
  #last: Promise<unknown> = Promise.resolve();

  constructor(commit: (entries: readonly Entry[]) => Promise<void>) {
    this.#commit = commit;
  }

  /** Resolves when the entries are on disk. */
  write(entries: readonly Entry[]): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ entries, resolve, reject });
      this.#schedule();
    });
  }

  /** Runs a job between two commits: nothing is written while it runs but by itself. */
  alone<T>(job: () => Promise<T>): Promise<T> {
    const running = this.#last.then(job);
    this.#last = running.catch(() => {});
    return running;
  }

  /** Resolves when nothing is on its way. */
  async settle(): Promise<void> {
    while (this.#waiting.length > 0 || this.#scheduled) await this.#flush();
    await this.#last;
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(() => void this.#flush());
  }

  #flush(): Promise<void> {
    return this.alone(async () => {
      this.#scheduled = false;
      const shared = this.#waiting;
      this.#waiting = [];
      if (shared.length === 0) return;
      try {
        await this.#commit(latest(shared));
        for (const { resolve } of shared) resolve();
      } catch (error) {
        for (const { reject } of shared) reject(error);
      }
    });
  }
}

/** Of several writes to one key the last, standing where it came: behind whatever it may refer to. */
function latest(shared: readonly Waiting[]): Entry[] {
  const entries = new Map<string, Entry>();
  for (const entry of shared.flatMap((waiting) => waiting.entries)) {
    entries.delete(entry.key);
    entries.set(entry.key, entry);
  }
  return [...entries.values()];
}
