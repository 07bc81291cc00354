import type { Random } from '#random';
import type { Vocabulary } from '#text';
import { type Candidates, REACH } from './candidates.ts';
import type { Draft } from './draft.ts';
import { Recall } from './recall.ts';
import { Repetition } from './repetition.ts';
import { probabilityOf, sample } from './sampling.ts';
import type { SamplingSettings, WritingSettings } from './settings.ts';
import { type Steering, steer } from './steering.ts';
import type { LengthRange } from './stopping.ts';
import { type TokenTable, tokenTable } from './token-table.ts';

/** Picks the next token of a draft: chance, within what the draft allows and what steers it. */
export class Picker {
  readonly #vocabulary: Vocabulary;
  readonly #table: TokenTable;
  readonly #settings: WritingSettings;
  readonly #paragraph: SamplingSettings;
  readonly #random: Random;
  readonly #draft: Draft;
  readonly #range: LengthRange;
  readonly #repetition = new Repetition();
  readonly #recall: Recall;
  #steering: Steering = { sentence: 0, closing: 0 };
  /** The token that closes what is open; −1 if there is none. */
  #closing = -1;
  #forbidden: readonly number[] = [];
  /** The rest of a mark in bytes that must be finished. */
  #forced: number[] = [];

  constructor(
    vocabulary: Vocabulary,
    settings: WritingSettings,
    random: Random,
    draft: Draft,
    range: LengthRange,
  ) {
    this.#vocabulary = vocabulary;
    this.#table = tokenTable(vocabulary);
    this.#settings = settings;
    this.#paragraph = { ...settings, temperature: settings.paragraphTemperature ?? settings.temperature };
    this.#random = random;
    this.#draft = draft;
    this.#range = range;
    const { cache = 0, remembered = [], banned = [] } = settings;
    const names = remembered.filter((name) => !banned.some((phrase) => name.includes(phrase)));
    this.#recall = new Recall(vocabulary, cache, names);
    this.look();
  }

  /** How far behind the best a logit may be to matter in the next draw. */
  get reach(): number {
    const { temperature, minP = 0 } = this.#sampling;
    const steps = Math.min(REACH, -Math.log(minP));
    return steps * temperature + this.#repetition.strongest + strongest(this.#steering);
  }

  /** Looks at what the next character is to be behind. */
  look(): void {
    const { text, open, count } = this.#draft;
    this.#forced = [];
    this.#steering = steer(text, open, count, this.#range);
    this.#closing = open ? this.#table.closing[open.kind]! : -1;
    this.#repetition.look(text, this.#settings.repetition ?? 0);
    this.#recall.look(text);
  }

  /** At the first character of a paragraph its own temperature counts. */
  get #sampling(): SamplingSettings {
    return this.#draft.text.beginsParagraph ? this.#paragraph : this.#settings;
  }

  /** The next token, which is taken; `undefined` where a character in bytes cannot be finished. */
  pick(row: Candidates, forbidden: readonly number[]): number | undefined {
    const token = this.#choose(row, forbidden);
    if (token !== undefined) this.#recall.take(token, this.#recall.asks ? probabilityOf(row, token) : 1);
    return token;
  }

  #choose(row: Candidates, forbidden: readonly number[]): number | undefined {
    this.#forbidden = forbidden;
    const draft = this.#draft;
    if (!draft.atBoundary) {
      const next = this.#forced.shift();
      if (next !== undefined) return draft.allows(next) ? next : undefined;
      const odds = this.#recall.tokens;
      return sample(row, this.#sampling, this.#random, { allows: this.#allows, odds });
    }
    const { only } = this.#steering;
    if (only) {
      const forced = this.#force(row, only);
      if (forced !== undefined) return forced;
    }
    const adjust = this.#adjustments();
    const choice = { allows: this.#allows, adjust, odds: this.#recall.tokens };
    const token = sample(row, this.#sampling, this.#random, choice);
    return draft.inOrder(token ?? this.#fallback());
  }

  /** A token of one of these characters, the model's preference or the first that may be; else `undefined`. */
  #force(row: Candidates, only: readonly number[]): number | undefined {
    const draft = this.#draft;
    const allows = (id: number) => only.includes(draft.completes(id)) && this.#allows(id);
    const { temperature } = this.#settings;
    // Top-k of all: only here it is asked first what is allowed, which nearly nothing is.
    const drawn = sample(row, { temperature, topK: row.count }, this.#random, { allows });
    if (drawn !== undefined) return drawn;
    for (const character of only) {
      const [first, ...rest] = this.#vocabulary.encode(String.fromCodePoint(character));
      if (!this.#allows(first!)) continue;
      this.#forced = rest;
      return first;
    }
    return undefined;
  }

  readonly #allows = (id: number, lenient = false): boolean =>
    !this.#forbidden.includes(id) &&
    !this.#forbidden.includes(this.#draft.inOrder(id)) &&
    this.#draft.allows(id, lenient);

  /** What repetition and steering add to logits, by token; `undefined` if nothing. */
  #adjustments(): ReadonlyMap<number, number> | undefined {
    const { sentence, closing } = this.#steering;
    if (this.#repetition.strongest === 0 && sentence === 0 && closing === 0) return undefined;
    const adjust = new Map<number, number>();
    const add = (id: number | undefined, amount: number) => {
      if (id !== undefined && amount !== 0) adjust.set(id, (adjust.get(id) ?? 0) + amount);
    };
    for (const [character, amount] of this.#repetition.penalties) {
      if (!this.#recall.continuesName(character)) add(this.#table.ids.get(character), -amount);
    }
    for (const id of this.#table.sentenceEnds) add(id, sentence);
    if (this.#closing >= 0) add(this.#closing, closing);
    return adjust;
  }

  /** A token for when an engine's few candidates hold none that may be: the likeliest character of all. */
  #fallback(): number {
    const { firstCharacter, firstByte, size } = this.#vocabulary;
    const first = (from: number, to: number, lenient: boolean): number | undefined => {
      for (let id = from; id < to; id++) {
        if (this.#allows(id, lenient)) return id;
      }
      return undefined;
    };
    for (const lenient of [false, true]) {
      const id = first(firstCharacter, size, lenient) ?? first(firstByte, firstCharacter, lenient);
      if (id !== undefined) return id;
    }
    throw new Error('no token may be drawn');
  }
}

const strongest = ({ sentence, closing }: Steering): number => Math.max(sentence, closing);
