/** What the scheduler knows of a passage that is to be written. */
export type Asked = {
  readonly id: number;
  /** Whom it counts for when rows are shared out: the server. */
  readonly group: string;
  /** Tokens to be read before the first is drawn. */
  readonly unread: number;
  /** What it will take, about: characters to be drawn. */
  readonly cost: number;
};

export type SchedulerOptions = {
  /** Rows of the session. */
  readonly slots: number;
  /** Passages that may wait. */
  readonly waiting: number;
};

/** What the next step does. */
export type Plan = {
  /** Passages that get a row now. */
  readonly admit: readonly { readonly id: number; readonly slot: number }[];
  /** How many tokens each of these rows reads. */
  readonly read: readonly { readonly id: number; readonly count: number }[];
  /** Rows that have then read everything and draw a token, in the order of their slots. */
  readonly draw: readonly number[];
};

/** Tokens that one row reads in a step, and rows that do: a long text must not keep those waiting who write. */
export const READ_TOKENS = 32;
const READ_ROWS = 8;

type Entry = Asked & { unread: number; slot: number };

/** Whose passages wait, in the order in which they were asked for. */
type Group = {
  readonly name: string;
  readonly waiting: Map<number, Entry>;
  /** Virtual time at which its next passage may start: where the last that got a row ends, or when it came back. */
  start: number;
};

/**
 * Iteration-level scheduling (Yu et al. 2022, Orca): which passages hold the rows of a session, and what each row does
 * in the next step. Pure: no clock, model or random number; the same calls give the same plans.
 *
 * Rows are shared out between groups by start-time fair queueing (Goyal, Vin & Cheng 1996): a passage starts at the
 * virtual time at which the one before it in its group would be done, or now; the earliest start goes first, among
 * equals the group that was asked for first. Whoever asks for much waits behind those who ask for little. So that
 * nobody waits for ever though new groups keep coming, virtual time goes on by a K-th of all that is admitted, K being
 * how many passages there can be: a passage whose group has been given work for C since it came is admitted before
 * K · C more is given to others, and what waits already.
 */
export class Scheduler {
  readonly #options: SchedulerOptions;
  /** Groups that wait or whose start is still to come. */
  readonly #groups = new Map<string, Group>();
  /** The group of every passage that waits. */
  readonly #waiting = new Map<number, Group>();
  readonly #running = new Map<number, Entry>();
  readonly #free: number[];
  #now = 0;

  constructor(options: SchedulerOptions) {
    this.#options = options;
    this.#free = Array.from({ length: options.slots }, (_, at) => options.slots - 1 - at);
  }

  get waiting(): number {
    return this.#waiting.size;
  }

  get running(): number {
    return this.#running.size;
  }

  /** Groups that are remembered. */
  get groups(): number {
    return this.#groups.size;
  }

  /**
   * Takes a passage in; false if too many wait already. A group that has nothing waiting gets a place although others
   * have taken all, until there are as many again.
   */
  add(asked: Asked): boolean {
    const group = this.#groups.get(asked.group) ?? {
      name: asked.group,
      waiting: new Map(),
      start: this.#now,
    };
    const places = this.#options.waiting * (group.waiting.size === 0 ? 2 : 1);
    if (this.#waiting.size >= places + this.#free.length) return false;
    if (group.waiting.size === 0) group.start = Math.max(group.start, this.#now);
    this.#groups.set(asked.group, group);
    group.waiting.set(asked.id, { ...asked, slot: -1 });
    this.#waiting.set(asked.id, group);
    return true;
  }

  /** Takes back a passage that waits, as if it had not been asked for; false if it does not. */
  withdraw(id: number): boolean {
    const group = this.#waiting.get(id);
    if (!group) return false;
    this.#waiting.delete(id);
    group.waiting.delete(id);
    this.#forgetPast(group);
    return true;
  }

  /** Plans a step, which is then taken to have been done. */
  plan(): Plan {
    const admit = this.#admit();
    const readers = [...this.#running.values()].filter(({ unread }) => unread > 0);
    const read = this.#readers(readers).map((entry) => {
      const count = Math.min(READ_TOKENS, entry.unread);
      entry.unread -= count;
      return { id: entry.id, count };
    });
    const draw = [...this.#running.values()].filter(({ unread }) => unread === 0);
    draw.sort((a, b) => a.slot - b.slot);
    return { admit, read, draw: draw.map(({ id }) => id) };
  }

  /** Takes the row back from a passage that has ended. */
  end(id: number): void {
    const entry = this.#running.get(id);
    if (!entry) return;
    this.#running.delete(id);
    this.#free.push(entry.slot);
    // Nobody was kept from anything: what was given to whom no longer matters.
    if (this.#running.size + this.#waiting.size === 0) this.#groups.clear();
  }

  #admit(): Plan['admit'] {
    const admitted: { id: number; slot: number }[] = [];
    while (this.#free.length > 0 && this.#waiting.size > 0) {
      const entry = this.#next();
      entry.slot = this.#free.pop()!;
      this.#running.set(entry.id, entry);
      admitted.push({ id: entry.id, slot: entry.slot });
    }
    return admitted;
  }

  /** Takes the passage that is first in turn out of those that wait. */
  #next(): Entry {
    let first: Group | undefined;
    for (const group of this.#groups.values()) {
      this.#forgetPast(group);
      if (group.waiting.size > 0 && (!first || group.start < first.start)) first = group;
    }
    const group = first!;
    const entry = group.waiting.values().next().value!;
    group.waiting.delete(entry.id);
    this.#waiting.delete(entry.id);
    const { slots, waiting } = this.#options;
    this.#now = Math.max(group.start, this.#now + entry.cost / (slots + waiting));
    group.start += entry.cost;
    return entry;
  }

  #forgetPast(group: Group): void {
    if (group.waiting.size === 0 && group.start <= this.#now) this.#groups.delete(group.name);
  }

  /** Half of the rows that read are those with the least left, so that short texts pass; the others have waited longest. */
  #readers(all: readonly Entry[]): readonly Entry[] {
    if (all.length <= READ_ROWS) return all;
    const short = all.toSorted((a, b) => a.unread - b.unread).slice(0, READ_ROWS / 2);
    const rest = all.filter((entry) => !short.includes(entry));
    return [...short, ...rest.slice(0, READ_ROWS - short.length)];
  }
}
