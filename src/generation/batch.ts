import type { InferenceSession } from '#engines';
import type { Random } from '#random';
import type { VerbatimFilter, Vocabulary } from '#text';
import { candidatesOf } from './candidates.ts';
import { type Cursor, recentOf } from './cursor.ts';
import { Drawing, type Drawn } from './drawing.ts';
import type { WritingSettings } from './settings.ts';

/** What drawing needs to know of a model. */
export type DrawingModel = {
  readonly vocabulary: Vocabulary;
  /** The novel that must not be copied from. */
  readonly verbatim?: VerbatimFilter | undefined;
};

/** One passage to be written. */
export type PassageRequest = {
  /** Where the story stands. */
  readonly cursor: Cursor;
  /** Text that is read first; it is not given back. */
  readonly opening: string;
  readonly settings: WritingSettings;
  readonly random: Random;
};

/** What a step gave one passage: text that became certain, and, where it ends, the place to go on from. */
export type PassageEvent = { readonly id: number; readonly text: string; readonly end?: Cursor };

/** Tokens of an opening that are read between two steps: a long one must not keep the others waiting. */
const CHUNK = 32;

/** A passage under way, in its row of the session. */
type Row = {
  readonly id: number;
  readonly slot: number;
  readonly before: string;
  readonly drawing: Drawing;
  /** Where the drawing may send back to, by position. */
  readonly kept: Map<number, Pick<Cursor, 'state' | 'pending'>>;
  unread: Int32Array;
  pending: number;
  text: string;
  stopping: boolean;
};

/**
 * Passages that are written side by side, all of them one token a step. What one gets does not depend on the
 * others: each has its row, its random numbers and its text.
 */
export class Batch {
  readonly #session: InferenceSession;
  readonly #model: DrawingModel;
  readonly #free: number[];
  readonly #rows = new Map<number, Row>();

  constructor(session: InferenceSession, model: DrawingModel, slots: number) {
    this.#session = session;
    this.#model = model;
    this.#free = Array.from({ length: slots }, (_, at) => slots - 1 - at);
  }

  /** Passages under way. */
  get size(): number {
    return this.#rows.size;
  }

  get isFull(): boolean {
    return this.#free.length === 0;
  }

  /**
   * Begins a passage; the batch must not be full.
   * @throws UserError `text.lone-surrogate` if the opening is not well-formed
   */
  add(id: number, { cursor, opening, settings, random }: PassageRequest): void {
    const read = this.#model.vocabulary.encode(opening);
    const before = recentOf(cursor.recent + opening);
    const drawing = new Drawing({ ...this.#model, settings, random, before });
    // Not spread into arguments: an opening may be a whole novel.
    const tokens = new Int32Array(1 + read.length);
    tokens[0] = cursor.pending;
    tokens.set(read, 1);
    const slot = this.#free.pop();
    if (slot === undefined) throw new RangeError('the batch is full');
    this.#session.write(slot, cursor.state);
    const [unread, pending] = [tokens.subarray(0, -1), tokens.at(-1)!];
    this.#rows.set(id, {
      id,
      slot,
      before,
      drawing,
      kept: new Map(),
      unread,
      pending,
      text: '',
      stopping: false,
    });
  }

  /** Lets a passage end after the character that is being drawn; what is there stays. */
  stop(id: number): void {
    const row = this.#rows.get(id);
    if (row) row.stopping = true;
  }

  /** Reads on in the openings, then draws one token of every passage whose opening is read. */
  async step(): Promise<PassageEvent[]> {
    const events: PassageEvent[] = [];
    await this.#read();
    const drawn: Row[] = [];
    for (const row of this.#rows.values()) {
      if (row.unread.length === 0 && this.#arrive(row, events)) drawn.push(row);
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

  async #read(): Promise<void> {
    const reading = [...this.#rows.values()].filter(({ unread }) => unread.length > 0);
    if (reading.length === 0) return;
    const runs = reading.map(({ slot, unread }) => ({ slot, tokens: unread.subarray(0, CHUNK) }));
    for (const row of reading) row.unread = row.unread.subarray(CHUNK);
    await this.#session.prefill(runs);
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
    row.text += drawn.text;
    const { id } = row;
    if (drawn.kind === 'end') {
      const end = { ...row.kept.get(drawn.position)!, recent: recentOf(row.before + row.text) };
      this.#rows.delete(id);
      this.#free.push(row.slot);
      events.push({ id, text: drawn.text, end });
      return;
    }
    if (drawn.kind === 'back') this.#session.write(row.slot, row.kept.get(drawn.position)!.state);
    row.pending = drawn.token;
    if (drawn.text !== '') events.push({ id, text: drawn.text });
  }
}
