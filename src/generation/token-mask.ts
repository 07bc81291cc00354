import type { Vocabulary } from '#text';
import { CharacterClass, classify } from './character-class.ts';
import { type TokenTable, tokenTable } from './token-table.ts';
import { Utf8State } from './utf8-state.ts';

const NEWLINE = 0x0a;
const DELETE = 0x7f;
const ASCII = 0x80;

/**
 * Which tokens may be drawn next, so that the text is well-formed and fit to be shown: a character in bytes is
 * finished before another begins; control tokens are never drawn, nor are control characters (a terminal would
 * obey them) other than the line break, nor characters that no font shows, nor the marks that stand for a lost
 * one, nor an empty paragraph. What has a token of its own is not drawn in bytes: a text then stands for one row of
 * tokens, and whoever reads it gets into the state in which it was written.
 */
export class TokenMask {
  readonly #vocabulary: Vocabulary;
  readonly #table: TokenTable;
  #utf8 = new Utf8State();
  /** The bits of a half-written character's code point. */
  #half = 0;
  #afterLineBreak: boolean;

  constructor(vocabulary: Vocabulary, afterLineBreak = false) {
    this.#vocabulary = vocabulary;
    this.#table = tokenTable(vocabulary);
    this.#afterLineBreak = afterLineBreak;
  }

  /** Whether no character is half-written. */
  get atBoundary(): boolean {
    return this.#utf8.atBoundary;
  }

  readonly allows = (id: number): boolean => {
    const vocabulary = this.#vocabulary;
    if (id >= vocabulary.firstCharacter) {
      if (!this.#utf8.atBoundary || (this.#table.classes[id]! & CharacterClass.HARMFUL) !== 0) return false;
      return !(this.#afterLineBreak && id === this.#table.lineBreak);
    }
    if (vocabulary.isControl(id)) return false;
    const byte = id - vocabulary.firstByte;
    const completed = this.completes(id);
    if (this.#table.ids.has(completed)) return false;
    if (this.#utf8.atBoundary && (byte < 0x20 || byte === DELETE)) {
      return byte === NEWLINE && !this.#afterLineBreak;
    }
    if (!this.#utf8.allows(byte)) return false;
    return completed < ASCII || (classify(completed) & CharacterClass.HARMFUL) === 0;
  };

  /** The code point that a token, if allowed, would complete; −1 within a character. */
  completes(id: number): number {
    const { firstCharacter, firstByte } = this.#vocabulary;
    if (id >= firstCharacter) return this.#table.codePoints[id]!;
    const byte = id - firstByte;
    if (this.#utf8.atBoundary) return byte < ASCII ? byte : -1;
    return this.#utf8.missing === 1 ? this.#with(byte) : -1;
  }

  /** Takes the token that was drawn; returns the code point that it completes, −1 within a character. */
  push(id: number): number {
    const completed = this.completes(id);
    this.#afterLineBreak = completed === NEWLINE;
    if (!this.#vocabulary.isByte(id)) return completed;
    const byte = id - this.#vocabulary.firstByte;
    const begins = this.#utf8.atBoundary;
    this.#utf8.push(byte);
    // A lead byte holds one bit less for each byte that follows it.
    this.#half = begins ? byte & (0x3f >> this.#utf8.missing) : this.#with(byte);
    return completed;
  }

  /** Goes back to a place between two characters. */
  reset(afterLineBreak: boolean): void {
    if (!this.#utf8.atBoundary) this.#utf8 = new Utf8State();
    this.#afterLineBreak = afterLineBreak;
  }

  #with(byte: number): number {
    return (this.#half << 6) | (byte & 0x3f);
  }
}
