import { UserError } from '#errors';
import type { ModelHandle, ModelRegistry } from '#registry';
import type { Lease, Models, Order, Written } from './order.ts';
import { READ_TOKENS } from './scheduler.ts';
import { phrasesFor } from './tell.ts';
import type { GenerationThread } from './thread.ts';

/** What the generator needs of a version's worker. */
export type VersionThread = Pick<GenerationThread, keyof GenerationThread>;

export type GeneratorOptions = {
  readonly versions: Pick<ModelRegistry, 'acquire' | 'promote'>;
  /** Starts the worker of a version. */
  readonly start: (version: Pick<ModelHandle, 'version' | 'path'>) => Promise<VersionThread>;
  /** Drops the states of versions that are not open. */
  readonly forgetElsewhere: (open: readonly string[], passages: readonly string[]) => Promise<void>;
  /** Is told why a version that another process promoted does not write. */
  readonly onFailure?: (error: unknown) => void;
};

/** Lines whose current version stays open while nobody writes with it. */
const IDLE = 2;
/** What a new version reads and writes before it takes requests: its graphs are then open and its weights in the caches. */
const WARMING: Pick<Order, 'reading' | 'measure' | 'settings'> = {
  reading: {
    origin: 'start',
    // Long enough for every length in which tokens are read, with and without surprise: the second begins within a step's
    // share and has a whole one behind that.
    segments: [
      { passage: 'measured', text: '。'.repeat(READ_TOKENS + 9), end: READ_TOKENS + 9 },
      { passage: 'read', text: '。'.repeat(3 * READ_TOKENS), end: 4 * READ_TOKENS + 9 },
    ],
    whole: true,
    recent: '',
  },
  measure: ['measured'],
  settings: { temperature: 1, length: 8 },
};

/** An open version: its worker, and how many hold it. */
type Open = {
  readonly handle: ModelHandle;
  readonly thread: Promise<VersionThread>;
  leases: number;
  used: number;
  /** Whether its worker was started: before that it holds no states. */
  started: boolean;
};

/**
 * The open model versions, one worker each. A line's current version is opened when first asked for; `use` opens and
 * warms another before it becomes the current one, and the old one ends once nobody holds it: passages under way end
 * on the version that they began with.
 */
export class Generator implements Models, AsyncDisposable {
  readonly #options: GeneratorOptions;
  readonly #open = new Map<string, Open>();
  /** The current version of each line, as last seen. */
  readonly #current = new Map<string, string>();
  /** By version, what is about to end. */
  readonly #closing = new Map<string, { readonly open: Open; readonly closed: Promise<void> }>();
  /** By line, the version that is being opened to take over. */
  readonly #following = new Map<string, string>();
  /** Resolves when nothing is being forgotten. */
  #forgetting: Promise<void> = Promise.resolve();
  #uses = 0;
  #stopping = false;

  constructor(options: GeneratorOptions) {
    this.#options = options;
  }

  /** Ids of the versions that are open. */
  get open(): readonly string[] {
    return [...this.#open.keys()];
  }

  async acquire(line: string, version?: string): Promise<Lease> {
    if (this.#stopping) throw new UserError('generation.closing');
    const handle = this.#options.versions.acquire(line, version);
    if (version === undefined) {
      const current = this.#current.get(line);
      if (current !== undefined && current !== handle.version && this.#open.has(current)) {
        // Another process has promoted a version: nobody waits for it to open.
        handle[Symbol.dispose]();
        void this.#follow(line, handle.version);
        return this.acquire(line, current);
      }
      this.#current.set(line, handle.version);
    }
    const open = this.#openedBy(handle);
    open.leases++;
    open.used = ++this.#uses;
    try {
      const thread = await open.thread;
      if (!thread.failed) return this.#leaseOf(open, thread);
    } catch (error) {
      this.#giveUp(open);
      throw error;
    }
    // The worker has ended by itself: another takes its place.
    this.#giveUp(open);
    return this.acquire(line, version);
  }

  /**
   * Makes a version the current one of its line, without a pause: it is opened and has written before it takes
   * requests. One that does not open does not become current.
   */
  async use(line: string, version: string): Promise<void> {
    using lease = await this.#warmed(line, version);
    this.#options.versions.promote(line, lease.version);
    this.#current.set(line, lease.version);
  }

  /** Has a version take over that was promoted elsewhere. If it does not open, the one before goes on writing. */
  async #follow(line: string, version: string): Promise<void> {
    if (this.#following.get(line) === version) return;
    this.#following.set(line, version);
    try {
      using lease = await this.#warmed(line, version);
      this.#current.set(line, lease.version);
      this.#following.delete(line);
    } catch (error) {
      // It stays noted, so that it is not tried again with every passage.
      this.#options.onFailure?.(error);
    }
  }

  /** A lease on a version that has written: its graphs are open. */
  async #warmed(line: string, version: string): Promise<Lease> {
    const lease = await this.acquire(line, version);
    try {
      const warming = { ...WARMING, passage: 'warming', group: 'warming', seed: 0, keep: false };
      for await (const _ of lease.write(warming));
      return lease;
    } catch (error) {
      lease[Symbol.dispose]();
      throw error;
    }
  }

  /** Takes no more requests and ends the passages under way where they stand; what is there of them is kept. */
  stop(): void {
    this.#stopping = true;
    for (const { thread } of this.#open.values()) {
      thread.then(
        (open) => open.stop(),
        () => {},
      );
    }
  }

  async forget(passages: readonly string[]): Promise<void> {
    const open = [...this.#open.values()];
    const before = this.#forgetting;
    const done = before.then(() => this.#forget(open, passages));
    // What is opened meanwhile waits, so that nobody has the states open that are looked through.
    this.#forgetting = done.catch(() => {});
    await done;
  }

  /** Stops what is under way, which keeps what is there, then ends the workers. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopping = true;
    for (const open of this.#open.values()) this.#close(open);
    await Promise.all([...this.#closed(), this.#forgetting]);
  }

  async #forget(open: readonly Open[], passages: readonly string[]): Promise<void> {
    const told = open.map(async (one) => {
      const thread = await one.thread.catch(() => undefined);
      if (thread && !thread.failed) {
        try {
          await thread.forget(passages);
          return one.handle.version;
        } catch (error) {
          if (!thread.failed) throw error;
        }
      }
      this.#close(one);
      return undefined;
    });
    const versions = (await Promise.all(told)).filter((version) => version !== undefined);
    // What has not started waits for this.
    await Promise.all(this.#closed((one) => one.started));
    await this.#options.forgetElsewhere(versions, passages);
  }

  #openedBy(handle: ModelHandle): Open {
    const known = this.#open.get(handle.version);
    if (known) {
      handle[Symbol.dispose]();
      return known;
    }
    // One worker at a time has the version's states.
    const free = Promise.all([this.#closing.get(handle.version)?.closed, this.#forgetting]);
    const thread = free.then(() => {
      open.started = true;
      return this.#options.start(handle);
    });
    const open: Open = { handle, thread, leases: 0, used: 0, started: false };
    this.#open.set(handle.version, open);
    return open;
  }

  #leaseOf(open: Open, thread: VersionThread): Lease {
    let held = true;
    return {
      version: open.handle.version,
      vocabulary: thread.vocabulary,
      about: thread.about,
      arithmetic: thread.arithmetic,
      write: (order) => write(thread, order),
      [Symbol.dispose]: () => {
        if (held) this.#release(open);
        held = false;
      },
    };
  }

  #release(open: Open): void {
    open.leases--;
    this.#closeIdle();
  }

  /** Takes out a version whose worker does not work. */
  #giveUp(open: Open): void {
    open.leases--;
    this.#close(open);
  }

  /** Closes what nobody holds, but for the current versions of the lines that were used last. */
  #closeIdle(): void {
    const current = new Set(this.#current.values());
    const idle = [...this.#open.values()].filter(({ leases }) => leases === 0);
    idle.sort((a, b) => b.used - a.used);
    const kept = idle.filter(({ handle }) => current.has(handle.version)).slice(0, IDLE);
    for (const open of idle) if (!kept.includes(open)) this.#close(open);
  }

  #close(open: Open): void {
    const { version } = open.handle;
    if (this.#open.get(version) !== open) return;
    this.#open.delete(version);
    const closed = open.thread
      .then((thread) => thread[Symbol.asyncDispose]())
      .catch(() => {})
      .finally(() => {
        open.handle[Symbol.dispose]();
        if (this.#closing.get(version)?.closed === closed) this.#closing.delete(version);
      });
    this.#closing.set(version, { open, closed });
  }

  #closed(which: (open: Open) => boolean = () => true): Promise<void>[] {
    return [...this.#closing.values()].filter(({ open }) => which(open)).map(({ closed }) => closed);
  }
}

/** Writes with names and what is banned put into the model's script. */
async function* write(thread: VersionThread, order: Order): AsyncGenerator<string, Written> {
  const settings = { ...order.settings, ...(await phrasesFor(order.settings, thread)) };
  return yield* thread.write({ ...order, settings });
}
