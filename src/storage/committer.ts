import type { Entry } from './backend.ts';

type Waiting = { readonly entries: readonly Entry[]; resolve(): void; reject(error: unknown): void };

/** Milliseconds that a commit may be put off at most so that others can join it. */
const PAUSE = 5;

/**
 * Gathers what is written within one turn of the event loop, and while an earlier commit runs, into one commit. Commits follow
 * each other in order; all who share one share its outcome. Behind a commit of a
 * millisecond or more stands a pause as long, up to `PAUSE`: where a disk is slow and holds up the thread, writers who follow
 * each other take half of it at most.
 */
export class Committer {
  readonly #commit: (entries: readonly Entry[]) => Promise<void>;
  readonly #now: () => number;
  #waiting: Waiting[] = [];
  #scheduled = false;
  #last: Promise<unknown> = Promise.resolve();
  /** When the next commit may begin. */
  #rested = 0;

  /** `now`: milliseconds of a clock that never goes back. */
  constructor(commit: (entries: readonly Entry[]) => Promise<void>, now = () => performance.now()) {
    this.#commit = commit;
    this.#now = now;
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
    const pause = this.#rested - this.#now();
    if (pause >= 1) setTimeout(() => void this.#flush(), pause);
    else setImmediate(() => void this.#flush());
  }

  #flush(): Promise<void> {
    return this.alone(async () => {
      this.#scheduled = false;
      const shared = this.#waiting;
      this.#waiting = [];
      if (shared.length === 0) return;
      const begun = this.#now();
      try {
        await this.#commit(latest(shared));
        for (const { resolve } of shared) resolve();
      } catch (error) {
        for (const { reject } of shared) reject(error);
      }
      const ended = this.#now();
      this.#rested = ended + Math.min(ended - begun, PAUSE);
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
