import type { Vocabulary } from '#text';
import { Utf8State } from './utf8-state.ts';

const NEWLINE = 0x0a;
const DELETE = 0x7f;
const C1_LEAD = 0xc2;
const FIRST_AFTER_C1 = 0xa0;

/**
 * Which tokens may be drawn next, so that the text is well-formed and fit to be shown: a character in bytes is
 * finished before another begins; control tokens are never drawn, nor are control characters (a terminal would
 * obey them) other than the line break, nor the marks that stand for a lost character, nor an empty paragraph.
 */
export class TokenMask {
  readonly #vocabulary: Vocabulary;
  readonly #harmful: ReadonlySet<number>;
  readonly #utf8 = new Utf8State();
  readonly #lineBreak: number;
  #lead = 0;
  #afterLineBreak = false;

  constructor(vocabulary: Vocabulary) {
    this.#vocabulary = vocabulary;
    this.#lineBreak = vocabulary.encode('\n')[0]!;
    const harmful = (c: string) => /[\p{Cc}\u2028\u2029\u25a1\ufffd]/u.test(c) && c !== '\n';
    this.#harmful = new Set(
      vocabulary.characters.flatMap((c, i) => (harmful(c) ? [vocabulary.firstCharacter + i] : [])),
    );
  }

  /** Whether no character is half-written. */
  get atBoundary(): boolean {
    return this.#utf8.atBoundary;
  }

  readonly allows = (id: number): boolean => {
    const vocabulary = this.#vocabulary;
    if (vocabulary.isControl(id) || (this.#afterLineBreak && this.#breaksLine(id))) return false;
    if (!vocabulary.isByte(id)) return this.#utf8.atBoundary && !this.#harmful.has(id);
    const byte = id - vocabulary.firstByte;
    if (this.#utf8.atBoundary && (byte < 0x20 || byte === DELETE) && byte !== NEWLINE) return false;
    if (!this.#utf8.atBoundary && this.#lead === C1_LEAD && byte < FIRST_AFTER_C1) return false;
    return this.#utf8.allows(byte);
  };

  /** A token that is allowed, for when an engine's few candidates hold none: the likeliest character. */
  get fallback(): number {
    const { firstCharacter, firstByte, size } = this.#vocabulary;
    const first = this.#utf8.atBoundary ? firstCharacter : firstByte;
    for (let id = first; id < size; id++) if (this.allows(id)) return id;
    return firstByte + NEWLINE;
  }

  /** Takes the token that was drawn. */
  push(id: number): void {
    this.#afterLineBreak = this.#breaksLine(id);
    if (!this.#vocabulary.isByte(id)) return;
    const byte = id - this.#vocabulary.firstByte;
    if (this.#utf8.atBoundary) this.#lead = byte;
    this.#utf8.push(byte);
  }

  /** The line break has a token of its own, as a rule, and can always be written as a byte. */
  #breaksLine(id: number): boolean {
    return id === this.#lineBreak || id === this.#vocabulary.firstByte + NEWLINE;
  }
}
