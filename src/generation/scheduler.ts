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

type Entry = Asked & { readonly start: number; unread: number; slot: number };

/**
 * Iteration-level scheduling (Yu et al. 2022, Orca): which passages hold the rows of a session, and what each row does
 * in the next step. Pure: no clock, model or random number; the same calls give the same plans.
 *
 * Rows are shared out between groups by start-time fair queueing (Goyal, Vin & Cheng 1996): a passage starts at the
 * virtual time at which the one before it in its group would be done, or now; the earliest start goes first. Whoever
 * asks for much waits behind those who ask for little, and nobody for ever.
 */
export class Scheduler {
  readonly #options: SchedulerOptions;
  readonly #waiting = new Map<number, Entry>();
  readonly #running = new Map<number, Entry>();
  readonly #free: number[];
  /** Where each group's last passage ends in virtual time; forgotten once that is past. */
  readonly #groups = new Map<string, number>();
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

  /** Takes a passage in; false if too many wait already. */
  add(asked: Asked): boolean {
    if (this.#waiting.size >= this.#options.waiting + this.#free.length) return false;
    const start = Math.max(this.#now, this.#groups.get(asked.group) ?? 0);
    this.#groups.set(asked.group, start + asked.cost);
    this.#waiting.set(asked.id, { ...asked, start, slot: -1 });
    return true;
  }

  /** Takes back a passage that waits; false if it does not. */
  withdraw(id: number): boolean {
    return this.#waiting.delete(id);
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
  }

  #admit(): Plan['admit'] {
    const admitted: { id: number; slot: number }[] = [];
    while (this.#free.length > 0 && this.#waiting.size > 0) {
      let first: Entry | undefined;
      for (const entry of this.#waiting.values()) if (!first || entry.start < first.start) first = entry;
      const entry = first!;
      this.#now = Math.max(this.#now, entry.start);
      this.#waiting.delete(entry.id);
      entry.slot = this.#free.pop()!;
      this.#running.set(entry.id, entry);
      admitted.push({ id: entry.id, slot: entry.slot });
    }
    if (admitted.length > 0) {
      for (const [group, end] of this.#groups) if (end <= this.#now) this.#groups.delete(group);
    }
    return admitted;
  }

  /** Half of the rows that read are those with the least left, so that short texts pass; the others have waited longest. */
  #readers(all: readonly Entry[]): readonly Entry[] {
    if (all.length <= READ_ROWS) return all;
    const short = all.toSorted((a, b) => a.unread - b.unread).slice(0, READ_ROWS / 2);
    const rest = all.filter((entry) => !short.includes(entry));
    return [...short, ...rest.slice(0, READ_ROWS - short.length)];
  }
}
