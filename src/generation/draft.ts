import type { VerbatimContext, VerbatimFilter, Vocabulary } from '#text';
import { CharacterClass, classify } from './character-class.ts';
import { afterMark, isOpen, isQuotation, isTitle, type OpenMark, pairOf } from './marks.ts';
import type { Phrases } from './phrases.ts';
import { LONGEST_CLUSTER, StoryText, type TextPlace } from './story-text.ts';
import { TokenMask } from './token-mask.ts';
import { classOf, type TokenTable, tokenTable } from './token-table.ts';

const LINE_BREAK = 0x0a;
const APOSTROPHE = 0x2019;
const SELDOM = CharacterClass.EXTENDS | CharacterClass.OPENS | CharacterClass.CLOSES | CharacterClass.SPACE;

/** A place between two characters to which a draft can return. */
export type DraftPlace = {
  readonly position: number;
  readonly text: TextPlace;
  readonly open: OpenMark | undefined;
  readonly phrase: number;
};

/** What a draft must not become. */
export type Bounds = {
  readonly phrases?: Phrases | undefined;
  readonly verbatim?: VerbatimFilter | undefined;
};

/** A passage as far as it is drawn, behind what stands before it, and what may come next. */
export class Draft {
  readonly text: StoryText;
  /** Tokens drawn and not taken back. */
  position = 0;
  /** What is open. */
  open: OpenMark | undefined;
  /** Where the automaton of banned phrases is. */
  phrase = 0;
  /** From now on no banned phrase may even begin. */
  strict = false;
  readonly #mask: TokenMask;
  readonly #table: TokenTable;
  readonly #firstCharacter: number;
  readonly #bounds: Bounds;
  #context: VerbatimContext | undefined;
  #contextAt = -1;

  constructor(vocabulary: Vocabulary, before: string, bounds: Bounds) {
    this.#table = tokenTable(vocabulary);
    this.text = new StoryText(before, classOf(vocabulary));
    this.#mask = new TokenMask(vocabulary, this.text.beginsParagraph);
    this.#firstCharacter = vocabulary.firstCharacter;
    this.#bounds = bounds;
    for (let i = 0; i < this.text.length; i++) {
      const codePoint = this.text.characters[i]!;
      this.open = afterMark(this.open, codePoint, i);
      this.phrase = bounds.phrases?.next(this.phrase, codePoint) ?? 0;
    }
  }

  /** Whether no character is half-written. */
  get atBoundary(): boolean {
    return this.#mask.atBoundary;
  }

  /** Characters of the passage. */
  get count(): number {
    return this.text.length - this.text.start;
  }

  get place(): DraftPlace {
    return { position: this.position, text: this.text.place, open: this.open, phrase: this.phrase };
  }

  /** Takes a token; returns the character (code point) that it completes, not yet part of the text, or −1. */
  take(token: number): number {
    this.position++;
    return this.#mask.push(token);
  }

  /** Makes the character that was completed part of the text. */
  accept(codePoint: number, token: number): void {
    this.open = afterMark(this.open, codePoint, this.text.length);
    this.phrase = this.#bounds.phrases?.next(this.phrase, codePoint) ?? 0;
    this.text.push(codePoint, this.#classOf(codePoint, token));
  }

  /** Returns to a place. */
  restore({ position, text, open, phrase }: DraftPlace): void {
    this.position = position;
    this.text.cut(text);
    this.open = open;
    this.phrase = phrase;
    this.#mask.reset(this.text.beginsParagraph);
    this.#contextAt = -1;
  }

  /** The character that a token would complete, −1 within one. */
  completes(token: number): number {
    return this.#mask.completes(token);
  }

  /**
   * The token to be read for one that was drawn: a mark that closes what is not innermost closes what is, so
   * that pairs never cross.
   */
  inOrder(token: number): number {
    const { open } = this;
    if (!open || (this.#table.classes[token]! & CharacterClass.CLOSES) === 0) return token;
    const kind = pairOf(this.#table.codePoints[token]!);
    return kind !== open.kind && isOpen(open, kind) ? this.#table.closing[open.kind]! : token;
  }

  /** Whether a token may come next; `lenient`: even as a copy of the novel. */
  allows(token: number, lenient = false): boolean {
    if (!this.#mask.allows(token)) return false;
    const codePoint = this.#mask.completes(token);
    if (codePoint < 0) return true;
    const classes = this.#classOf(codePoint, token);
    if ((classes & SELDOM) !== 0 && !this.#fits(codePoint, classes, token)) return false;
    const { text } = this;
    const { phrases, verbatim } = this.#bounds;
    if (text.length === text.start || text.length - text.clusterStart >= LONGEST_CLUSTER) {
      if (text.joinsLast(codePoint, classes)) return false;
    }
    if (this.strict && phrases) {
      if (phrases.begins(codePoint) || phrases.complete(phrases.next(this.phrase, codePoint)) > 0)
        return false;
    }
    if (!verbatim || lenient || (classes & CharacterClass.SPACE) !== 0) return true;
    if (this.#contextAt !== text.denseLength) {
      this.#context = verbatim.context(text.dense, text.denseLength);
      this.#contextAt = text.denseLength;
    }
    return !this.#context || !verbatim.completes(this.#context, codePoint);
  }

  /** Whether a character of the seldom classes is in place here. */
  #fits(codePoint: number, classes: number, token: number): boolean {
    const { text, open } = this;
    if ((classes & CharacterClass.EXTENDS) !== 0) return (text.lastClass & CharacterClass.WHOLE) === 0;
    if ((classes & CharacterClass.OPENS) !== 0) {
      return !isOpen(open, pairOf(codePoint)) && !(open && isTitle(open.kind));
    }
    const isEmpty = open?.at === text.length - 1;
    if ((classes & CharacterClass.CLOSES) !== 0) {
      const kind = pairOf(codePoint);
      if (open?.kind === kind) return !isEmpty;
      if (isOpen(open, kind)) {
        const inner = token >= this.#firstCharacter ? this.#table.closing[open!.kind]! : -1;
        return inner >= 0 && this.allows(inner);
      }
      return codePoint === APOSTROPHE && isLatin(text.last);
    }
    // Quotations may go over paragraphs, titles and asides do not.
    return codePoint !== LINE_BREAK || !open || (isQuotation(open.kind) && !isEmpty);
  }

  #classOf(codePoint: number, token: number): number {
    return token >= this.#firstCharacter ? this.#table.classes[token]! : classify(codePoint);
  }
}

const isLatin = (codePoint: number): boolean => /\p{Script=Latin}/u.test(String.fromCodePoint(codePoint));
