/**
 * Finds banned phrases in text that comes character by character, in constant time each: the automaton of Aho
 * and Corasick (1975). States are numbers, 0 where no phrase has begun.
 */
export class Phrases {
  /** [state] what follows on which code point. */
  readonly #edges: Map<number, number>[] = [new Map()];
  /** [state] the state of the longest beginning of a phrase that also ends here. */
  readonly #fail: number[] = [0];
  /** [state] characters of the beginning that has been read. */
  readonly #depth: number[] = [0];
  /** [state] characters of the shortest phrase that is complete here; 0 if none is. */
  readonly #complete: number[] = [0];

  constructor(phrases: readonly string[]) {
    for (const phrase of phrases) this.#add(Array.from(phrase, (c) => c.codePointAt(0)!));
    this.#link();
  }

  /** The state after one more character. */
  next(state: number, codePoint: number): number {
    for (let at = state; ; at = this.#fail[at]!) {
      const next = this.#edges[at]!.get(codePoint);
      if (next !== undefined) return next;
      if (at === 0) return 0;
    }
  }

  /** How many of the last characters may be the beginning of a phrase. */
  depth(state: number): number {
    return this.#depth[state]!;
  }

  /** Characters of the shortest phrase that has just been completed; 0 if none was. */
  complete(state: number): number {
    return this.#complete[state]!;
  }

  /** Whether some phrase begins with a character. */
  begins(codePoint: number): boolean {
    return this.#edges[0]!.has(codePoint);
  }

  #add(phrase: readonly number[]): void {
    let state = 0;
    for (const codePoint of phrase) {
      let next = this.#edges[state]!.get(codePoint);
      if (next === undefined) {
        next = this.#edges.push(new Map()) - 1;
        this.#edges[state]!.set(codePoint, next);
        this.#depth[next] = this.#depth[state]! + 1;
        this.#complete[next] = 0;
        this.#fail[next] = 0;
      }
      state = next;
    }
    this.#complete[state] = phrase.length;
  }

  /** Breadth first, so that what a state falls back to is finished before it. */
  #link(): void {
    const queue = [...this.#edges[0]!.values()];
    for (const state of queue) {
      const shorter = this.#complete[this.#fail[state]!]!;
      if (shorter > 0) this.#complete[state] = shorter;
      for (const [codePoint, child] of this.#edges[state]!) {
        this.#fail[child] = this.next(this.#fail[state]!, codePoint);
        queue.push(child);
      }
    }
  }
}
