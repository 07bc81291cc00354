import type { InferenceSession, Logits } from '#engines';
import { Random } from '#random';
import { candidatesOf } from './candidates.ts';
import { recentOf } from './cursor.ts';
import { Drawing, type Drawn } from './drawing.ts';
import type { Place } from './kept-state.ts';
import type { WritingModel } from './load-serving.ts';
import type { Order, Surprise, Written } from './order.ts';
import type { ReadingPlan, Span } from './reading-plan.ts';
import type { Plan } from './scheduler.ts';
import type { StateCache } from './state-cache.ts';

/**
 * What a step gave one passage: text that became certain, and, where it ends, what has become of the order or why it
 * cannot go on.
 */
export type PassageEvent = {
  readonly id: number;
  readonly text: string;
  readonly end?: Written;
  readonly error?: unknown;
};

/** A passage under way, in its row of the session. */
type Row = {
  readonly id: number;
  readonly slot: number;
  readonly order: Order;
  readonly plan: ReadingPlan;
  readonly drawing: Drawing;
  /** Where the drawing may send back to, by position. */
  readonly kept: Map<number, Place>;
  readonly surprise: Map<string, Surprise>;
  /** Tokens of the plan that are read. */
  read: number;
  /** Spans of the plan that are read. */
  spans: number;
  pending: number;
  text: string;
  stopping: boolean;
  /** Whether the states behind what it reads and writes are kept. */
  keeps: boolean;
};

/**
 * Carries out what a scheduler plans, with one session: the rows read and draw, each with its own text, random numbers
 * and state. What one gets does not depend on the others.
 */
export class Runner {
  readonly #session: InferenceSession;
  readonly #model: WritingModel;
  readonly #states: StateCache | undefined;
  readonly #rows = new Map<number, Row>();

  constructor(session: InferenceSession, model: WritingModel, states?: StateCache) {
    this.#session = session;
    this.#model = model;
    this.#states = states;
  }

  /** Begins a passage in a row. */
  begin(id: number, slot: number, order: Order, plan: ReadingPlan): PassageEvent {
    const { settings, seed, reading } = order;
    const { tokens, lead, place } = plan;
    const before = recentOf(reading.recent + lead);
    const drawing = new Drawing({ ...this.#model, settings, random: Random.seeded(seed), before });
    this.#session.write(slot, place.state);
    this.#rows.set(id, {
      id,
      slot,
      order,
      plan,
      drawing,
      kept: new Map(),
      surprise: new Map(),
      read: 0,
      spans: 0,
      pending: tokens.at(-1)!,
      text: lead,
      stopping: false,
      keeps: order.keep !== false,
    });
    return { id, text: lead };
  }

  /** Lets a passage end after the character that is being drawn; what is there stays. */
  stop(id: number): void {
    const row = this.#rows.get(id);
    if (row) row.stopping = true;
  }

  /** From now on keeps no state of passages that read one of these, or are one. */
  forget(passages: ReadonlySet<string>): void {
    for (const row of this.#rows.values()) if (knows(row.order, passages)) row.keeps = false;
  }

  /**
   * Does what is planned: reads, then draws one token of every passage that has read all. Where the session fails,
   * whose fault it was cannot be told: all whom the call was for end with the error.
   */
  async step({ read, draw }: Pick<Plan, 'read' | 'draw'>): Promise<PassageEvent[]> {
    const events: PassageEvent[] = [];
    const stopped = [...this.#rows.values()].filter((row) => row.stopping && isReading(row));
    for (const row of stopped) events.push(this.#end(row, '', undefined));
    await this.#read(read, events);
    const drawn: Row[] = [];
    for (const id of draw) {
      const row = this.#rows.get(id);
      if (row && this.#arrive(row, events)) drawn.push(row);
    }
    if (drawn.length === 0) return events;
    await this.#attempt(drawn, events, async () => {
      const logits = await this.#session.decode(
        drawn.map(({ slot }) => slot),
        Int32Array.from(drawn, ({ pending }) => pending),
      );
      for (const [at, row] of drawn.entries()) this.#draw(row, logits, at, events);
    });
    return events;
  }

  /** A passage whose drawing fails ends alone. */
  #draw(row: Row, logits: Logits, at: number, events: PassageEvent[]): void {
    try {
      this.#take(row, row.drawing.draw(candidatesOf(logits, at, row.drawing.reach)), events);
    } catch (error) {
      this.#fail(row, error, events);
    }
  }

  async #attempt(rows: readonly Row[], events: PassageEvent[], action: () => Promise<void>): Promise<void> {
    try {
      await action();
    } catch (error) {
      for (const row of rows) this.#fail(row, error, events);
    }
  }

  #fail({ id }: Row, error: unknown, events: PassageEvent[]): void {
    if (this.#rows.delete(id)) events.push({ id, text: '', error });
  }

  /** Reads so many tokens of each, span by span, all rows side by side. */
  async #read(counts: Plan['read'], events: PassageEvent[]): Promise<void> {
    const readers = counts.flatMap(({ id, count }) => {
      const row = this.#rows.get(id);
      return row ? [{ row, until: row.read + count }] : [];
    });
    for (const { row } of readers) this.#passSpans(row);
    for (;;) {
      const runs = readers.flatMap(({ row, until }) => {
        const span = row.plan.spans[row.spans];
        const end = Math.min(until, span?.end ?? until);
        return end > row.read && this.#rows.has(row.id) ? [{ row, end, span }] : [];
      });
      if (runs.length === 0) return;
      await this.#readRuns(runs, events);
      for (const { row, end } of runs) {
        if (!this.#rows.has(row.id)) continue;
        row.read = end;
        this.#passSpans(row);
      }
    }
  }

  async #readRuns(runs: readonly RowRun[], events: PassageEvent[]): Promise<void> {
    const rowsOf = (some: readonly RowRun[]) => some.map(({ row }) => row);
    const tokensOf = ({ row, end }: RowRun) => row.plan.tokens.subarray(row.read, end);
    const plain = runs.filter(({ span }) => span?.measured === undefined);
    if (plain.length > 0) {
      const asked = plain.map((run) => ({ slot: run.row.slot, tokens: tokensOf(run) }));
      await this.#attempt(rowsOf(plain), events, () => this.#session.prefill(asked));
    }
    const measured = runs.filter(({ span }) => span?.measured !== undefined);
    if (measured.length === 0) return;
    await this.#attempt(rowsOf(measured), events, async () => {
      const asked = measured.map((run) => ({
        slot: run.row.slot,
        tokens: tokensOf(run),
        next: run.row.plan.tokens[run.end]!,
      }));
      const nats = await this.#session.score(asked);
      for (const [at, { row, span }] of measured.entries()) addSurprise(row, span!, nats[at]!);
    });
  }

  /** Keeps the states behind spans that are read. */
  #passSpans(row: Row): void {
    const { plan } = row;
    for (;;) {
      const span = plan.spans[row.spans];
      if (!span || row.read < span.end) return;
      row.spans++;
      if (!this.#states || !row.keeps || !span.keeping || span.passage === undefined) continue;
      const place = { state: this.#session.read(row.slot), pending: plan.tokens[span.end]! };
      this.#states.keep(plan.origin, span.passage, place, span.keeping);
    }
  }

  /** Keeps the place if it may be needed again; false if the passage ends here. */
  #arrive(row: Row, events: PassageEvent[]): boolean {
    const { drawing, kept } = row;
    const end = row.stopping ? drawing.stop() : undefined;
    if (end || drawing.keeps) {
      kept.set(drawing.position, { state: this.#session.read(row.slot), pending: row.pending });
    }
    for (const position of kept.keys()) if (position < drawing.oldest) kept.delete(position);
    if (end) this.#take(row, end, events);
    return !end;
  }

  #take(row: Row, drawn: Drawn, events: PassageEvent[]): void {
    if (drawn.kind === 'end') {
      events.push(this.#end(row, drawn.text, row.kept.get(drawn.position)));
      return;
    }
    row.text += drawn.text;
    if (drawn.kind === 'back') this.#session.write(row.slot, row.kept.get(drawn.position)!.state);
    row.pending = drawn.token;
    if (drawn.text !== '') events.push({ id: row.id, text: drawn.text });
  }

  /** Ends a passage at a place, which is kept as the head's. */
  #end(row: Row, text: string, place: Place | undefined): PassageEvent {
    const { id, order, plan } = row;
    this.#rows.delete(id);
    row.text += text;
    if (place?.state && this.#states && row.keeps && row.text !== '') {
      this.#states.keep(plan.origin, order.passage, place, 'stored', plan.replaces);
    }
    const surprise = Object.fromEntries(row.surprise);
    return { id, text, end: { text: row.text, origin: plan.origin, surprise } };
  }
}

/** A row that reads up to a token of its plan, within a span. */
type RowRun = { readonly row: Row; readonly end: number; readonly span: Span | undefined };

function addSurprise({ surprise }: Row, { passage = '', measured = 0 }: Span, nats: Float32Array): void {
  const bits = nats.reduce((sum, n) => sum + n, 0) / Math.LN2;
  surprise.set(passage, { bits: (surprise.get(passage)?.bits ?? 0) + bits, characters: measured });
}

/** Whether an order reads one of these passages, or is one. */
export const knows = (
  { passage, reading }: Pick<Order, 'passage' | 'reading'>,
  passages: ReadonlySet<string>,
): boolean => passages.has(passage) || reading.segments.some((segment) => passages.has(segment.passage));

const isReading = ({ read, plan }: Row): boolean => read < plan.tokens.length - 1;
