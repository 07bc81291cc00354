/** The longest run of characters that a text shares with a novel; `length` in characters (code points). */
export type VerbatimRun = { readonly length: number; readonly run: string };

/**
 * The code points of a text without white space: line breaks and indents are layout, and would hide a copy.
 * What counts as a copy here and in `VerbatimFilter` is counted in these.
 */
export function verbatimCharacters(text: string): Int32Array {
  const characters = new Int32Array(text.length);
  let count = 0;
  for (const character of text) {
    if (character.trim() !== '') characters[count++] = character.codePointAt(0)!;
  }
  return characters.subarray(0, count);
}

/**
 * The longest run of `text` that stands in `novel` too, one of them if several are as long; white space is
 * left out of both. Exact, in time and memory linear in both lengths: the shorter text becomes a suffix
 * automaton (Blumer et al. 1985) through which the other is read.
 */
export function longestVerbatim(text: string, novel: string): VerbatimRun {
  const [a, b] = [verbatimCharacters(text), verbatimCharacters(novel)];
  const [shorter, longer] = a.length <= b.length ? [a, b] : [b, a];
  const automaton = new SuffixAutomaton(shorter);
  let state = 0;
  let length = 0;
  let best = 0;
  let end = 0;
  for (let i = 0; i < longer.length; i++) {
    const character = longer[i]!;
    let next = automaton.follow(state, character);
    while (next < 0 && state > 0) {
      state = automaton.link[state]!;
      length = automaton.longest[state]!;
      next = automaton.follow(state, character);
    }
    if (next < 0) continue;
    state = next;
    if (++length > best) {
      best = length;
      end = i + 1;
    }
  }
  let run = '';
  for (const character of longer.subarray(end - best, end)) run += String.fromCodePoint(character);
  return { length: best, run };
}

/** Recognises every substring of a text. States are numbers, 0 the empty string; edges lie in one hash table. */
class SuffixAutomaton {
  /** [state] the state of its longest suffix that occurs elsewhere too; −1 for state 0. */
  readonly link: Int32Array;
  /** [state] length of its longest string. */
  readonly longest: Int32Array;
  #states = 1;
  /** Edges by (state, character), open addressing; `#from` is −1 where a place is free. */
  readonly #from: Int32Array;
  readonly #character: Int32Array;
  readonly #to: Int32Array;
  /** The edges of one state, as a list: its first, and the next of each. */
  readonly #first: Int32Array;
  readonly #next: Int32Array;

  constructor(text: Int32Array) {
    // At most 2n − 1 states and 3n − 4 edges.
    const states = 2 * text.length + 2;
    this.link = new Int32Array(states).fill(-1);
    this.longest = new Int32Array(states);
    this.#first = new Int32Array(states).fill(-1);
    const places = 2 ** Math.ceil(Math.log2(6 * text.length + 8));
    this.#from = new Int32Array(places).fill(-1);
    this.#character = new Int32Array(places);
    this.#to = new Int32Array(places);
    this.#next = new Int32Array(places);
    let last = 0;
    for (const character of text) last = this.#append(last, character);
  }

  /** The state behind an edge; −1 if there is none. */
  follow(state: number, character: number): number {
    const place = this.#find(state, character);
    return this.#from[place]! < 0 ? -1 : this.#to[place]!;
  }

  #append(last: number, character: number): number {
    const state = this.#states++;
    this.longest[state] = this.longest[last]! + 1;
    let at = last;
    while (at >= 0 && this.follow(at, character) < 0) {
      this.#connect(at, character, state);
      at = this.link[at]!;
    }
    if (at < 0) {
      this.link[state] = 0;
      return state;
    }
    const target = this.follow(at, character);
    if (this.longest[target] === this.longest[at]! + 1) {
      this.link[state] = target;
      return state;
    }
    const clone = this.#states++;
    this.longest[clone] = this.longest[at]! + 1;
    this.link[clone] = this.link[target]!;
    for (let edge = this.#first[target]!; edge >= 0; edge = this.#next[edge]!) {
      this.#connect(clone, this.#character[edge]!, this.#to[edge]!);
    }
    while (at >= 0 && this.follow(at, character) === target) {
      this.#to[this.#find(at, character)] = clone;
      at = this.link[at]!;
    }
    this.link[target] = clone;
    this.link[state] = clone;
    return state;
  }

  #connect(from: number, character: number, to: number): void {
    const place = this.#find(from, character);
    this.#from[place] = from;
    this.#character[place] = character;
    this.#to[place] = to;
    this.#next[place] = this.#first[from]!;
    this.#first[from] = place;
  }

  /** The place of an edge, or the free one where it belongs. */
  #find(state: number, character: number): number {
    const mask = this.#from.length - 1;
    let hash = Math.imul(state, 0x9e3779b1) ^ Math.imul(character, 0x85ebca77);
    hash = Math.imul(hash ^ (hash >>> 15), 0xc2b2ae3d);
    let place = (hash ^ (hash >>> 13)) & mask;
    while (this.#from[place]! >= 0 && (this.#from[place] !== state || this.#character[place] !== character)) {
      place = (place + 1) & mask;
    }
    return place;
  }
}
