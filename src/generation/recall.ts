import type { Vocabulary } from '#text';
import { lookBack, type Odds } from './context-cache.ts';
import { Names } from './names.ts';
import type { StoryText } from './story-text.ts';
import { tokenTable } from './token-table.ts';

/** What the model is taken to have expected of a character that others wrote. */
const WRITTEN = 0.05;
/** Beyond that nothing else has a chance. */
const MOST = 1e6;
/** The least that it is taken to have expected: of what it did not give out. */
const LEAST = 1e-4;
const NONE: ReadonlyMap<number, number> = new Map();

/**
 * What a story makes likely beside the model: its own recent contexts and the names that it is to use, as tokens. A
 * token's probability becomes that of the model plus its odds, over 1 plus all odds. Of a character in bytes the first
 * gets its odds; the others get them over the probability that the model gave to those before, as it has the more
 * likely been meant.
 *
 * Odds are added behind the temperature: one below 1 would take from a name the little that it has, and make of a
 * phrase that the model likes as it is a loop.
 */
export class Recall {
  readonly #vocabulary: Vocabulary;
  readonly #ids: ReadonlyMap<number, number>;
  readonly #strength: number;
  readonly #names: Names | undefined;
  /** By code point. */
  readonly #odds: Odds = new Map();
  /** By token; of the character that is being written. */
  #tokens: Odds | undefined;
  /** Bytes of it that are written. */
  #bytes: number[] = [];
  /** The probability that the model gave to what is written of it. */
  #expected = 1;
  #taken = false;
  /** The same of every character of the passage. */
  readonly #characters: number[] = [];
  #length = 0;

  constructor(vocabulary: Vocabulary, strength: number, names: readonly string[] = []) {
    this.#vocabulary = vocabulary;
    this.#ids = tokenTable(vocabulary).ids;
    this.#strength = strength;
    this.#names = names.length > 0 ? new Names(names) : undefined;
  }

  /**
   * Looks at the end of the text, between two characters. Contexts count that stand before `until`: not those that the
   * passage itself has drawn, lest it echo them.
   */
  look(text: StoryText, until = text.start): void {
    const last = text.length - 1;
    if (this.#taken && last >= this.#length) this.#characters[last - text.start] = this.#expected;
    const expected = (place: number) => Math.max(LEAST, this.#characters[place - text.start] ?? WRITTEN);
    this.#taken = false;
    this.#length = text.length;
    this.#bytes = [];
    this.#expected = 1;
    this.#tokens = undefined;
    this.#odds.clear();
    // Behind a name everything may follow: what did so once, behind so rare a context, would do so for ever.
    if (!this.#names?.endAt(text)) {
      lookBack(text, until, this.#strength * surprise(expected(last)), this.#odds);
    }
    this.#names?.look(text, this.#odds, expected);
  }

  /** The odds of tokens that may come next. */
  get tokens(): ReadonlyMap<number, number> {
    if (this.#odds.size === 0) return NONE;
    this.#tokens ??= this.#bytes.length === 0 ? this.#first() : this.#next();
    return this.#tokens;
  }

  /** Whether it matters how likely the model found a token. */
  get asks(): boolean {
    return this.#strength > 0 || this.#names !== undefined;
  }

  /** Takes a token, to which the model gave a probability. */
  take(token: number, probability: number): void {
    this.#taken = true;
    this.#expected *= probability;
    if (!this.#vocabulary.isByte(token)) return;
    this.#bytes.push(token - this.#vocabulary.firstByte);
    this.#tokens = undefined;
  }

  /** Whether a character goes on with a name that may have begun. */
  continuesName(codePoint: number): boolean {
    return this.#names?.continues(codePoint) ?? false;
  }

  #first(): Odds {
    const tokens: Odds = new Map();
    for (const [codePoint, odds] of this.#odds) {
      const id = this.#ids.get(codePoint) ?? this.#vocabulary.firstByte + bytesOf(codePoint)[0]!;
      tokens.set(id, (tokens.get(id) ?? 0) + odds);
    }
    return tokens;
  }

  /** Of the characters that begin with the bytes that are written, the byte that comes next. */
  #next(): Odds {
    const tokens: Odds = new Map();
    const written = this.#bytes;
    for (const [codePoint, odds] of this.#odds) {
      if (this.#ids.has(codePoint)) continue;
      const bytes = bytesOf(codePoint);
      if (bytes.length <= written.length || written.some((byte, at) => bytes[at] !== byte)) continue;
      const id = this.#vocabulary.firstByte + bytes[written.length]!;
      tokens.set(id, Math.min(MOST, (tokens.get(id) ?? 0) + odds / Math.max(this.#expected, 1 / MOST)));
    }
    return tokens;
  }
}

/** How much the more the cache counts behind a character, the less the model expected it: so names are told from talk. */
const surprise = (expected: number): number => expected ** -0.25;

const encoder = new TextEncoder();
const bytesOf = (codePoint: number): Uint8Array => encoder.encode(String.fromCodePoint(codePoint));
