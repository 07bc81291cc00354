import type { InferenceSession } from '#engines';
import { Random } from '#random';
import { candidatesOf } from './candidates.ts';
import { recentOf } from './cursor.ts';
import { Drawing, type Drawn } from './drawing.ts';
import type { Place } from './kept-state.ts';
import type { WritingModel } from './load-serving.ts';
import type { Order, Surprise, Written } from './order.ts';
import type { ReadingPlan, Span } from './reading-plan.ts';
import type { Plan } from './scheduler.ts';
import { isSnapshot, type StateCache } from './state-cache.ts';

/** What a step gave one passage: text that became certain, and, where it ends, what has become of the order. */
export type PassageEvent = { readonly id: number; readonly text: string; readonly end?: Written };

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
    });
    return { id, text: lead };
  }

  /** Lets a passage end after the character that is being drawn; what is there stays. */
  stop(id: number): void {
    const row = this.#rows.get(id);
    if (row) row.stopping = true;
  }

  /** Gives up every passage under way, and names them: a step has failed. */
  abandon(): number[] {
    const ids = [...this.#rows.keys()];
    this.#rows.clear();
    return ids;
  }

  /** Does what is planned: reads, then draws one token of every passage that has read all. */
  async step({ read, draw }: Pick<Plan, 'read' | 'draw'>): Promise<PassageEvent[]> {
    const events: PassageEvent[] = [];
    const stopped = [...this.#rows.values()].filter((row) => row.stopping && isReading(row));
    for (const row of stopped) events.push(this.#end(row, '', undefined));
    await this.#read(read);
    const drawn: Row[] = [];
    for (const id of draw) {
      const row = this.#rows.get(id);
      if (row && this.#arrive(row, events)) drawn.push(row);
    }
    if (drawn.length === 0) return events;
    const logits = await this.#session.decode(
      drawn.map(({ slot }) => slot),
      Int32Array.from(drawn, ({ pending }) => pending),
    );
    drawn.forEach((row, at) => {
      this.#take(row, row.drawing.draw(candidatesOf(logits, at, row.drawing.reach)), events);
    });
    return events;
  }

  /** Reads so many tokens of each, span by span, all rows side by side. */
  async #read(counts: Plan['read']): Promise<void> {
    const readers = counts.flatMap(({ id, count }) => {
      const row = this.#rows.get(id);
      return row ? [{ row, until: row.read + count }] : [];
    });
    for (const { row } of readers) this.#passSpans(row);
    for (;;) {
      const runs = readers.flatMap(({ row, until }) => {
        const span = row.plan.spans[row.spans];
        const end = Math.min(until, span?.end ?? until);
        return end > row.read ? [{ row, end, span }] : [];
      });
      if (runs.length === 0) return;
      await this.#readRuns(runs);
      for (const { row, end } of runs) {
        row.read = end;
        this.#passSpans(row);
      }
    }
  }

  async #readRuns(
    runs: readonly { readonly row: Row; readonly end: number; readonly span: Span | undefined }[],
  ): Promise<void> {
    const tokensOf = ({ row, end }: (typeof runs)[number]) => row.plan.tokens.subarray(row.read, end);
    const plain = runs.filter(({ span }) => !span?.measured);
    const measured = runs.filter(({ span }) => span?.measured);
    if (plain.length > 0) {
      await this.#session.prefill(plain.map((run) => ({ slot: run.row.slot, tokens: tokensOf(run) })));
    }
    if (measured.length === 0) return;
    const nats = await this.#session.score(
      measured.map((run) => ({
        slot: run.row.slot,
        tokens: tokensOf(run),
        next: run.row.plan.tokens[run.end]!,
      })),
    );
    for (const [at, { row, span }] of measured.entries()) this.#addSurprise(row, span!, nats[at]!);
  }

  #addSurprise(row: Row, span: Span, nats: Float32Array): void {
    const { passage = '' } = span;
    const { bits, characters } = row.surprise.get(passage) ?? {
      bits: 0,
      characters: [...(row.order.reading.segments.find((s) => s.passage === passage)?.text ?? '')].length,
    };
    row.surprise.set(passage, { bits: bits + nats.reduce((sum, n) => sum + n, 0) / Math.LN2, characters });
  }

  /** Keeps the states behind spans that are read. */
  #passSpans(row: Row): void {
    const { plan } = row;
    for (;;) {
      const span = plan.spans[row.spans];
      if (!span || row.read < span.end) return;
      row.spans++;
      if (!this.#states || !span.keeping || span.passage === undefined) continue;
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
    if (place?.state && this.#states && order.keep !== false && row.text !== '') {
      const end = plan.begin + [...row.text].length;
      const keeping = isSnapshot(plan.begin, end) ? 'snapshot' : 'head';
      this.#states.keep(plan.origin, order.passage, place, keeping, plan.replaces);
    }
    const surprise = Object.fromEntries(row.surprise);
    return { id, text, end: { text: row.text, origin: plan.origin, surprise } };
  }
}

const isReading = ({ read, plan }: Row): boolean => read < plan.tokens.length - 1;
