import type { State } from '../engine.ts';
import { fromUnits, toUnits, ZERO } from './serving-graph.ts';

/** States of rows as the serving graph takes them: h in units, c in full. */
export type Rows = { readonly h: Uint8Array; readonly c: Float32Array };

const rowsOf = (count: number, hidden: number): Rows => ({
  h: new Uint8Array(count * hidden).fill(ZERO),
  c: new Float32Array(count * hidden),
});

/**
 * The states of all slots, and beside them the batch that is read: rows that stay in company from step to step are
 * not copied, the outputs of one step are the inputs of the next.
 */
export class Slots {
  readonly #hidden: number;
  readonly #kept: Rows;
  #input: Rows;
  #output: Rows;
  /** Slots whose state is in the rows of `#output`, newer than what is kept. */
  #batch: readonly number[] = [];

  constructor(count: number, hidden: number) {
    this.#hidden = hidden;
    this.#kept = rowsOf(count, hidden);
    this.#input = rowsOf(count, hidden);
    this.#output = rowsOf(count, hidden);
  }

  /** Rows to read from and to write to for these slots, in their order. */
  take(slots: readonly number[]): { readonly input: Rows; readonly output: Rows } {
    if (slots.length === this.#batch.length && slots.every((slot, row) => slot === this.#batch[row])) {
      [this.#input, this.#output] = [this.#output, this.#input];
    } else {
      this.#settle();
      slots.forEach((slot, row) => {
        this.#copy(this.#kept, slot, this.#input, row);
      });
      this.#batch = slots.slice();
    }
    return { input: this.#input, output: this.#output };
  }

  read(slot: number): State {
    const row = this.#batch.indexOf(slot);
    const [rows, at] = row < 0 ? [this.#kept, slot] : [this.#output, row];
    const [from, to] = [at * this.#hidden, (at + 1) * this.#hidden];
    const h = new Float32Array(this.#hidden);
    for (let i = 0; i < h.length; i++) h[i] = fromUnits(rows.h[from + i]!);
    return { h, c: rows.c.slice(from, to) };
  }

  write(slot: number, state: State | null): void {
    this.#settle();
    const [from, to] = [slot * this.#hidden, (slot + 1) * this.#hidden];
    if (state) {
      for (let i = 0; i < state.h.length; i++) this.#kept.h[from + i] = toUnits(state.h[i]!);
      this.#kept.c.set(state.c, from);
    } else {
      this.#kept.h.fill(ZERO, from, to);
      this.#kept.c.fill(0, from, to);
    }
  }

  /** Brings the batch home. */
  #settle(): void {
    this.#batch.forEach((slot, row) => {
      this.#copy(this.#output, row, this.#kept, slot);
    });
    this.#batch = [];
  }

  #copy(source: Rows, from: number, target: Rows, to: number): void {
    const H = this.#hidden;
    target.h.set(source.h.subarray(from * H, (from + 1) * H), to * H);
    target.c.set(source.c.subarray(from * H, (from + 1) * H), to * H);
  }
}
