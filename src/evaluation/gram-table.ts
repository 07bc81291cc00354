const EMPTY = -1;

/**
 * The n-grams of one order: a gram is its context's id, in the table of the order below, and its last token. Ids count
 * from 0 in the order of adding. Open addressing over typed arrays: 1.7 million grams take 40 MB.
 */
export class GramTable {
  /** Grams so far. */
  size = 0;
  /** [size] how often each gram was counted; longer than `size`, the rest is 0. */
  counts = new Int32Array(64);
  #contexts = new Int32Array(64);
  #tokens = new Int32Array(64);
  /** Ids by hash; twice as many as there is room for grams, so that a free one is soon met. */
  #slots = new Int32Array(128).fill(EMPTY);

  /** The gram's id, −1 if it was never added. A context of −1, one that was never seen, has no grams. */
  find(context: number, token: number): number {
    return context < 0 ? EMPTY : this.#slots[this.#slotOf(context, token)]!;
  }

  /** The gram's id; a new gram has the id `size` and the count 0. */
  add(context: number, token: number): number {
    const slot = this.#slotOf(context, token);
    const found = this.#slots[slot]!;
    if (found !== EMPTY) return found;
    const id = this.size++;
    this.#slots[slot] = id;
    this.#contexts[id] = context;
    this.#tokens[id] = token;
    if (this.size === this.counts.length) this.#grow();
    return id;
  }

  contextOf(id: number): number {
    return this.#contexts[id]!;
  }

  #slotOf(context: number, token: number): number {
    const mask = this.#slots.length - 1;
    let hash = Math.imul(context, 0x9e3779b1) ^ Math.imul(token + 1, 0x85ebca6b);
    hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
    let slot = (hash ^ (hash >>> 13)) & mask;
    for (;;) {
      const id = this.#slots[slot]!;
      if (id === EMPTY || (this.#contexts[id] === context && this.#tokens[id] === token)) return slot;
      slot = (slot + 1) & mask;
    }
  }

  #grow(): void {
    const room = this.counts.length * 2;
    const longer = (old: Int32Array) => {
      const array = new Int32Array(room);
      array.set(old);
      return array;
    };
    this.counts = longer(this.counts);
    this.#contexts = longer(this.#contexts);
    this.#tokens = longer(this.#tokens);
    this.#slots = new Int32Array(room * 2).fill(EMPTY);
    for (let id = 0; id < this.size; id++) {
      this.#slots[this.#slotOf(this.#contexts[id]!, this.#tokens[id]!)] = id;
    }
  }
}
