import type { Random } from '#random';
import type { VerbatimFilter, Vocabulary } from '#text';
import { type Candidates, REACH } from './candidates.ts';
import { Draft, type DraftPlace } from './draft.ts';
import { Phrases } from './phrases.ts';
import { Repetition } from './repetition.ts';
import { sample } from './sampling.ts';
import type { SamplingSettings, WritingSettings } from './settings.ts';
import { type Steering, steer } from './steering.ts';
import { belongs, type LengthRange, lengthRange, mayEnd } from './stopping.ts';
import { type TokenTable, tokenTable } from './token-table.ts';

/** Times that a passage may be walked back; then no banned phrase may begin any more, and none need be undone. */
const PATIENCE = 500;
/** Characters that tell whether a sentence ends. */
const TAIL = 16;
const JOINER = 0x200d;

/** What is to be drawn. */
export type DrawingOptions = {
  readonly vocabulary: Vocabulary;
  readonly settings: WritingSettings;
  readonly random: Random;
  /** What stands in the story before the passage; the last `RECENT` characters count. */
  readonly before: string;
  /** The novel that must not be copied from. */
  readonly verbatim?: VerbatimFilter | undefined;
};

/**
 * What one draw gave. `text` is what has become certain: nothing, one or several characters; what could still be
 * walked back is held back.
 */
export type Drawn =
  /** `token` is to be read next. */
  | { readonly kind: 'token'; readonly token: number; readonly text: string }
  /** Take the state kept under `position`; `token` is to be read there instead of the one that was. */
  | { readonly kind: 'back'; readonly position: number; readonly token: number; readonly text: string }
  /** The passage ends at what was kept under `position`. */
  | PassageEnd;

export type PassageEnd = { readonly kind: 'end'; readonly position: number; readonly text: string };

/** A token that may be taken back: what else could be drawn there. */
type Choice = {
  readonly candidates: Candidates;
  readonly before: DraftPlace;
  readonly ending: Ending | undefined;
  /** Tokens that led to what may not be. */
  readonly forbidden: number[];
  token: number;
};

/** A place where the passage ends unless the next character belongs to it. */
type Ending = { readonly position: number; readonly length: number };

/**
 * The drawing of one passage without the model: takes the candidates that an engine gives, one row a token, and
 * says which token to read next, which text is certain, and when to stop. It awaits nothing and holds no state
 * of the model, so one loop can serve many. The loop:
 *
 *     for (;;) {
 *       if (aborted && (end = drawing.stop())) break;      // at the state and pending token as they are
 *       if (drawing.keeps) keep state and pending token under drawing.position, replacing what is there
 *       drop what is kept under positions below drawing.oldest
 *       drawn = drawing.draw(candidates behind the pending token)
 *       if (drawn.kind === 'end') break;                   // at what is kept under drawn.position
 *       if (drawn.kind === 'back') restore the state kept under drawn.position
 *       pending token = drawn.token
 *     }
 */
export class Drawing {
  readonly #draft: Draft;
  readonly #vocabulary: Vocabulary;
  readonly #table: TokenTable;
  readonly #settings: WritingSettings;
  readonly #paragraph: SamplingSettings;
  readonly #random: Random;
  readonly #range: LengthRange;
  readonly #phrases: Phrases | undefined;
  readonly #repetition = new Repetition();
  /** Tokens that may still be taken back, in order. */
  readonly #choices: Choice[] = [];
  #ending: Ending | undefined;
  /** Characters of the text that were given out, those before the passage included. */
  #certain: number;
  #walks = 0;
  #steering: Steering = { sentence: 0, closing: 0 };
  #closing = -1;
  #forbidden: readonly number[] = [];
  /** The rest of a mark in bytes that must be finished. */
  #forced: number[] = [];

  constructor({ vocabulary, settings, random, before, verbatim }: DrawingOptions) {
    const banned = settings.banned?.filter((phrase) => phrase !== '') ?? [];
    this.#phrases = banned.length > 0 ? new Phrases(banned) : undefined;
    this.#draft = new Draft(vocabulary, before, { phrases: this.#phrases, verbatim });
    this.#vocabulary = vocabulary;
    this.#table = tokenTable(vocabulary);
    this.#settings = settings;
    this.#paragraph = { ...settings, temperature: settings.paragraphTemperature ?? settings.temperature };
    this.#random = random;
    this.#range = lengthRange(settings.length);
    this.#certain = this.#draft.text.start;
    this.#look();
  }

  /** Tokens drawn and not taken back. */
  get position(): number {
    return this.#draft.position;
  }

  /** Whether the loop may be sent back to where it stands now: keep the state and the pending token. */
  get keeps(): boolean {
    const { position } = this.#draft;
    const last = this.#choices.at(-1);
    return this.#ending?.position === position || last?.before.position === position - 1;
  }

  /** The lowest position to which the loop may still be sent back. */
  get oldest(): number {
    const ending = this.#ending?.position ?? this.#draft.position;
    const choice = this.#choices[0];
    return choice ? Math.min(ending, choice.ending?.position ?? ending, choice.before.position + 1) : ending;
  }

  /** How far behind the best a logit may be to matter in the next draw. */
  get reach(): number {
    const { temperature, minP = 0 } = this.#sampling;
    const steps = Math.min(REACH, -Math.log(minP));
    return steps * temperature + this.#repetition.strongest + strongest(this.#steering);
  }

  /**
   * Ends the passage where it stands. `undefined` within a character: draw on until there is an answer, which
   * takes a few tokens at most.
   */
  stop(): PassageEnd | undefined {
    const { text, atBoundary, position, count } = this.#draft;
    if (!atBoundary || (count > 0 && text.last === JOINER)) return undefined;
    return { kind: 'end', position, text: text.slice(this.#certain, text.length) };
  }

  /** Draws the next token from the candidates that follow what was read. */
  draw(candidates: Candidates): Drawn {
    const draft = this.#draft;
    const start = draft.position;
    let row = candidates;
    // Within a character in bytes it is the character as a whole that may be drawn otherwise.
    let choice = draft.atBoundary ? this.#choiceHere(candidates) : this.#choices.at(-1)!;
    this.#forbidden = draft.atBoundary ? choice.forbidden : [];
    for (;;) {
      const token = this.#pick(row);
      let wrong: Choice | undefined;
      if (token === undefined) wrong = choice;
      else {
        const begins = draft.atBoundary;
        const character = draft.take(token);
        if (begins) choice.token = token;
        if (character < 0) {
          if (begins) this.#choices.push(copyOf(choice));
          return this.#answer(start, token, '');
        }
        if (this.#ending && !this.#belongs(character)) return this.#end(this.#ending);
        wrong = this.#banned(character, choice);
        if (!wrong) {
          this.#accept(character, token, choice);
          return this.#answer(start, token, this.#release());
        }
      }
      this.#undo(wrong);
      choice = wrong;
      row = wrong.candidates;
    }
  }

  /** Looks at what the next character is to be behind. */
  #look(): void {
    const { text, open, count } = this.#draft;
    this.#steering = steer(text, open, count, this.#range);
    this.#closing = open ? this.#table.closing[open.kind]! : -1;
    this.#repetition.look(text, this.#settings.repetition ?? 0);
  }

  /** At the first character of a paragraph its own temperature counts. */
  get #sampling(): SamplingSettings {
    return this.#draft.text.beginsParagraph ? this.#paragraph : this.#settings;
  }

  #choiceHere(candidates: Candidates): Choice {
    return { candidates, before: this.#draft.place, ending: this.#ending, forbidden: [], token: -1 };
  }

  /** The choice that led to a banned phrase that `character` completes; `undefined` if it completes none. */
  #banned(character: number, choice: Choice): Choice | undefined {
    const { text, phrase } = this.#draft;
    const length = this.#phrases?.complete(this.#phrases.next(phrase, character)) ?? 0;
    if (length === 0) return undefined;
    const first = Math.max(text.start, text.length + 1 - length);
    return this.#choices.find(({ before }) => before.text.length === first) ?? choice;
  }

  #accept(character: number, token: number, choice: Choice): void {
    const draft = this.#draft;
    const phrases = this.#phrases;
    const isFirst = draft.count === 0;
    draft.accept(character, token);
    const isBegun = phrases && (phrases.begins(character) || (isFirst && phrases.depth(draft.phrase) > 0));
    // The engine will write over its candidates.
    if (isBegun && this.#choices.at(-1) !== choice) this.#choices.push(copyOf(choice));
    const { text, position, count } = draft;
    const tail = count < this.#range.minimum ? '' : text.slice(text.length - TAIL, text.length);
    const ends = mayEnd(tail, count, this.#range, draft.open !== undefined);
    this.#ending = ends ? { position, length: text.length } : undefined;
    this.#look();
  }

  /** What has become certain and was not given out; what can no more be taken back is forgotten. */
  #release(): string {
    const { text, phrase } = this.#draft;
    const held = this.#phrases?.depth(phrase) ?? 0;
    const certain = text.completeBefore(text.length - held);
    const from = this.#certain;
    this.#certain = Math.max(from, certain);
    while (this.#choices.length > 0 && this.#choices[0]!.before.text.length < this.#certain) {
      this.#choices.shift();
    }
    return text.slice(from, this.#certain);
  }

  #answer(start: number, token: number, text: string): Drawn {
    const { position } = this.#draft;
    return position > start ? { kind: 'token', token, text } : { kind: 'back', position, token, text };
  }

  #end({ position, length }: Ending): PassageEnd {
    return { kind: 'end', position, text: this.#draft.text.slice(this.#certain, length) };
  }

  #belongs(character: number): boolean {
    const { text, count } = this.#draft;
    const c = String.fromCodePoint(character);
    if (count >= this.#range.limit) return text.joinsLast(character, 0);
    return belongs(text.slice(text.length - TAIL, text.length), c);
  }

  /** Returns to a choice and forbids what was chosen. */
  #undo(choice: Choice): void {
    const at = this.#choices.indexOf(choice);
    if (at >= 0) this.#choices.length = at;
    this.#draft.restore(choice.before);
    this.#ending = choice.ending;
    choice.forbidden.push(choice.token);
    this.#forbidden = choice.forbidden;
    this.#forced = [];
    this.#look();
    if (++this.#walks >= PATIENCE) this.#draft.strict = true;
  }

  /** The next token; `undefined` where a character in bytes cannot be finished. */
  #pick(row: Candidates): number | undefined {
    const draft = this.#draft;
    if (!draft.atBoundary) {
      const next = this.#forced.shift();
      if (next !== undefined) return draft.allows(next) ? next : undefined;
      return sample(row, this.#sampling, this.#random, { allows: this.#allows });
    }
    const { only } = this.#steering;
    if (only) {
      const forced = this.#force(row, only);
      if (forced !== undefined) return forced;
    }
    const adjust = this.#adjustments();
    const token = sample(row, this.#sampling, this.#random, { allows: this.#allows, adjust });
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

  readonly #allows = (id: number): boolean => !this.#forbidden.includes(id) && this.#draft.allows(id);

  /** What repetition and steering add to logits, by token; `undefined` if nothing. */
  #adjustments(): ReadonlyMap<number, number> | undefined {
    const { sentence, closing } = this.#steering;
    if (this.#repetition.strongest === 0 && sentence === 0 && closing === 0) return undefined;
    const adjust = new Map<number, number>();
    const add = (id: number | undefined, amount: number) => {
      if (id !== undefined && amount !== 0) adjust.set(id, (adjust.get(id) ?? 0) + amount);
    };
    for (const [character, amount] of this.#repetition.penalties)
      add(this.#table.ids.get(character), -amount);
    for (const id of this.#table.sentenceEnds) add(id, sentence);
    if (this.#closing >= 0) add(this.#closing, closing);
    return adjust;
  }

  /** A token for when an engine's few candidates hold none that may be: the likeliest character of all. */
  #fallback(): number {
    const { firstCharacter, firstByte, size } = this.#vocabulary;
    const first = (from: number, to: number, lenient: boolean): number | undefined => {
      for (let id = from; id < to; id++) {
        if (!this.#forbidden.includes(id) && this.#draft.allows(id, lenient)) return id;
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

function copyOf(choice: Choice): Choice {
  const { count, ids, logits } = choice.candidates;
  const candidates: Candidates = {
    count,
    ids: ids.slice(0, count),
    logits: logits.slice(0, count),
    all: () => candidates,
  };
  return { ...choice, candidates };
}
