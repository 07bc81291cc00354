import { CharacterClass } from './character-class.ts';
import { RECENT } from './cursor.ts';
import { joins, lastCluster } from './graphemes.ts';

/** Characters are looked up by their last bits: few are as alike. */
const BUCKETS = 2048;

/** Code points that one visible character may have: the longest emoji in use has ten. */
export const LONGEST_CLUSTER = 12;

/** A place in a `StoryText` to which it can be cut back. */
export type TextPlace = {
  readonly length: number;
  readonly denseLength: number;
  readonly clusterStart: number;
};

/**
 * What stands before a passage and what is drawn of it, as code points that each grow by one at a time:
 * drawing looks at the last of them, never through all.
 */
export class StoryText {
  /** Of `length` characters; the passage begins at `start`. */
  characters: Int32Array;
  /** Their bits of `CharacterClass`. */
  classes: Uint8Array;
  /** The last place before at which the character may have stood: another is there only by chance; −1 for none. */
  previous: Int32Array;
  length = 0;
  readonly start: number;
  /** The same without white space, as copies are counted. */
  dense: Int32Array;
  denseLength = 0;
  /** Where the last visible character begins. */
  clusterStart = 0;
  /** 1 where a character is part of the visible one before it. */
  #joined: Uint8Array;
  /** The last place of each bucket. */
  readonly #latest = new Int32Array(BUCKETS).fill(-1);

  /** `classOf` tells a character's bits of `CharacterClass`. */
  constructor(before: string, classOf: (codePoint: number) => number) {
    const recent = [...before].slice(-RECENT);
    this.characters = new Int32Array(recent.length + 256);
    this.classes = new Uint8Array(this.characters.length);
    this.previous = new Int32Array(this.characters.length);
    this.dense = new Int32Array(this.characters.length);
    this.#joined = new Uint8Array(this.characters.length);
    for (const c of recent) this.#append(c.codePointAt(0)!, classOf(c.codePointAt(0)!));
    this.start = this.length;
    this.clusterStart = this.length - [...lastCluster(before)].length;
  }

  /** The last character; 0 if there is none. */
  get last(): number {
    return this.length === 0 ? 0 : this.characters[this.length - 1]!;
  }

  get lastClass(): number {
    return this.length === 0 ? CharacterClass.WHOLE : this.classes[this.length - 1]!;
  }

  /** Whether the next character begins a paragraph. */
  get beginsParagraph(): boolean {
    return this.length === 0 || this.last === 0x0a;
  }

  get place(): TextPlace {
    return { length: this.length, denseLength: this.denseLength, clusterStart: this.clusterStart };
  }

  /** Adds one character. */
  push(codePoint: number, classes: number): void {
    const joins = this.length > this.start && this.joinsLast(codePoint, classes);
    if (!joins) this.clusterStart = this.length;
    this.#append(codePoint, classes);
    this.#joined[this.length - 1] = joins ? 1 : 0;
  }

  /** Cuts off what came after a place. */
  cut({ length, denseLength, clusterStart }: TextPlace): void {
    while (this.length > length) {
      this.length--;
      this.#latest[this.characters[this.length]! % BUCKETS] = this.previous[this.length]!;
    }
    this.denseLength = denseLength;
    this.clusterStart = clusterStart;
  }

  /** Up to where visible characters are complete, whatever may come to stand at `end`. */
  completeBefore(end: number): number {
    let at = end;
    while (at > this.start && (this.classes[at - 1]! & CharacterClass.WHOLE) === 0) {
      if (this.#joined[--at] === 0) break;
    }
    return at;
  }

  /** Whether a character would become part of the last visible one. */
  joinsLast(codePoint: number, classes: number): boolean {
    if ((this.lastClass & CharacterClass.WHOLE) !== 0) return (classes & CharacterClass.EXTENDS) !== 0;
    if (this.last < 0x80 && (classes & CharacterClass.EXTENDS) === 0) return false;
    return joins(this.slice(this.clusterStart, this.length), String.fromCodePoint(codePoint));
  }

  slice(from: number, to: number): string {
    let text = '';
    for (let i = Math.max(0, from); i < to; i++) text += String.fromCodePoint(this.characters[i]!);
    return text;
  }

  #append(codePoint: number, classes: number): void {
    if (this.length === this.characters.length) this.#grow();
    this.characters[this.length] = codePoint;
    const bucket = codePoint % BUCKETS;
    this.previous[this.length] = this.#latest[bucket]!;
    this.#latest[bucket] = this.length;
    this.classes[this.length++] = classes;
    if ((classes & CharacterClass.SPACE) === 0) this.dense[this.denseLength++] = codePoint;
  }

  #grow(): void {
    const { characters, classes, previous, dense } = this;
    const joined = this.#joined;
    this.characters = new Int32Array(2 * this.length);
    this.characters.set(characters);
    this.classes = new Uint8Array(2 * this.length);
    this.classes.set(classes);
    this.previous = new Int32Array(2 * this.length);
    this.previous.set(previous);
    this.dense = new Int32Array(2 * this.length);
    this.dense.set(dense);
    this.#joined = new Uint8Array(2 * this.length);
    this.#joined.set(joined);
  }
}
