import type { Random } from '#random';
import type { VerbatimFilter, Vocabulary } from '#text';
import type { Candidates } from './candidates.ts';
import { Draft, type DraftPlace } from './draft.ts';
import { Phrases } from './phrases.ts';
import { Picker } from './picker.ts';
import type { WritingSettings } from './settings.ts';
import { belongs, type LengthRange, lengthRange, mayEnd } from './stopping.ts';

/** Rises when a receipt of yesterday would be drawn otherwise today. */
export const DRAWING = 1;

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
  readonly #picker: Picker;
  readonly #range: LengthRange;
  readonly #phrases: Phrases | undefined;
  /** Tokens that may still be taken back, in order. */
  readonly #choices: Choice[] = [];
  #ending: Ending | undefined;
  /** Characters of the text that were given out, those before the passage included. */
  #certain: number;
  #walks = 0;

  constructor({ vocabulary, settings, random, before, verbatim }: DrawingOptions) {
    const banned = settings.banned?.filter((phrase) => phrase !== '') ?? [];
    this.#phrases = banned.length > 0 ? new Phrases(banned) : undefined;
    this.#draft = new Draft(vocabulary, before, { phrases: this.#phrases, verbatim });
    this.#range = lengthRange(settings.length);
    this.#picker = new Picker(vocabulary, settings, random, this.#draft, this.#range);
    this.#certain = this.#draft.text.start;
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
    return this.#picker.reach;
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
    let forbidden: readonly number[] = [];
    // Within a character in bytes it is the character as a whole that may be drawn otherwise.
    let choice = draft.atBoundary ? this.#choiceHere(candidates) : this.#choices.at(-1)!;
    for (;;) {
      const token = this.#picker.pick(row, forbidden);
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
      forbidden = wrong.forbidden;
    }
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
    this.#picker.look();
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
    this.#picker.look();
    if (++this.#walks >= PATIENCE) this.#draft.strict = true;
  }
}

function copyOf(choice: Choice): Choice {
  // All of them: behind what is walked back from, the best may be forbidden.
  const { count, ids, logits } = choice.candidates.all();
  const candidates: Candidates = {
    count,
    ids: ids.slice(0, count),
    logits: logits.slice(0, count),
    all: () => candidates,
  };
  return { ...choice, candidates };
}
