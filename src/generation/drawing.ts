import type { Random } from '#random';
import type { Vocabulary } from '#text';
import { type Candidates, sample } from './sampling.ts';
import type { WritingSettings } from './settings.ts';
import { belongs, type LengthRange, lengthRange, mayEnd } from './stopping.ts';
import { TokenMask } from './token-mask.ts';

/** Beyond the maximum a passage may run on by this many characters to close quotations and graphemes. */
const OVERRUN = 16;

/**
 * The drawing of one passage without the model: takes the candidates that an engine gives, one row a token,
 * and says which token to read next, which text is certain, and when to stop. It awaits nothing and holds no
 * state of the model, so one loop can serve many.
 */
export class Drawing {
  readonly #vocabulary: Vocabulary;
  readonly #settings: WritingSettings;
  readonly #random: Random;
  readonly #mask: TokenMask;
  readonly #range: LengthRange;
  #text = '';
  #count = 0;
  #half: number[] = [];

  constructor(vocabulary: Vocabulary, settings: WritingSettings, random: Random) {
    this.#vocabulary = vocabulary;
    this.#settings = settings;
    this.#random = random;
    this.#mask = new TokenMask(vocabulary);
    this.#range = lengthRange(settings.length);
  }

  /** Whether no character is half-written: only here a passage may be broken off. */
  get atBoundary(): boolean {
    return this.#mask.atBoundary;
  }

  /** Whether the passage ends here unless the next character belongs to it: keep the model's state. */
  get mayEnd(): boolean {
    return this.atBoundary && mayEnd(this.#text, this.#count, this.#range);
  }

  /** Whether nothing more may be drawn. */
  get isFull(): boolean {
    return this.atBoundary && this.#count >= this.#range.maximum + OVERRUN;
  }

  /**
   * Draws the next token from the candidates that follow what was read. `text` is the character that it
   * completes, empty within a character. `ended`: the character does not belong to the passage any more;
   * it is not counted, and the place to go on from is the one kept at `mayEnd`.
   */
  draw(candidates: Candidates): { readonly token: number; readonly text: string; readonly ended: boolean } {
    const ending = mayEnd(this.#text, this.#count, this.#range);
    const token = sample(candidates, this.#settings, this.#random, this.#mask.allows) ?? this.#mask.fallback;
    this.#mask.push(token);
    this.#half.push(token);
    if (!this.atBoundary) return { token, text: '', ended: false };

    const character = this.#vocabulary.decode(this.#half);
    this.#half = [];
    if (ending && !belongs(this.#text, character)) return { token, text: '', ended: true };
    this.#text += character;
    this.#count++;
    return { token, text: character, ended: false };
  }
}
