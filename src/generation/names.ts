import { CharacterClass } from './character-class.ts';
import type { Odds } from './context-cache.ts';
import { isQuotation, pairOf } from './marks.ts';
import type { StoryText } from './story-text.ts';

/**
 * How often a name begins behind what, in three classical novels (the seven to nine commonest names of each): a
 * speech is followed by who speaks.
 */
const BEGINS = {
  speech: 0.285,
  paragraph: 0.108,
  list: 0.057,
  sentence: 0.055,
  quotation: 0.019,
  clause: 0.012,
  word: 0.0065,
  colon: 0,
} as const;
/** One remembered name among all names. */
const RATE = 0.5;
/** Where it has stood among so many characters, it is not called again so soon. */
const RECENTLY = 40;
const AGAIN = 0.3;
/** Beyond that nothing else has a chance. */
const MOST = 1e3;
const LIST = 0x3001;
const COLON = 0xff1a;

/**
 * Names that the story is to use. Where one may begin it gets a small share. Its other characters then get as much as
 * it is more likely that the name has begun than something else (Bayes): the share that it had at its first, over the
 * probability that the model itself gave to those that stand there.
 */
export class Names {
  readonly #names: readonly (readonly number[])[];
  readonly #rate: number;
  readonly #continuing = new Set<number>();

  constructor(names: readonly string[]) {
    this.#names = names.map((name) => Array.from(name, (c) => c.codePointAt(0)!));
    const count = names.length;
    // The more there are the seldomer each, at most twice as many together as one alone.
    this.#rate = RATE * Math.min(1 / Math.sqrt(count), 2 / count);
  }

  /** Whether a character goes on with a name that may have begun. */
  continues(codePoint: number): boolean {
    return this.#continuing.has(codePoint);
  }

  /** Whether the text ends with a whole name. */
  endAt(text: StoryText): boolean {
    return this.#names.some((name) => {
      const place = text.length - name.length;
      return place >= 0 && standsAt(text, name, place, name.length);
    });
  }

  /** Adds to `odds` what may follow the text; `expected`: the probability that the model gave to the character at a place. */
  look(text: StoryText, odds: Odds, expected: (place: number) => number): void {
    this.#continuing.clear();
    const add = (follower: number, amount: number) => odds.set(follower, (odds.get(follower) ?? 0) + amount);
    for (const name of this.#names) {
      add(name[0]!, this.#begins(text, name, text.length));
      for (let read = 1; read < name.length && read <= text.length; read++) {
        const place = text.length - read;
        if (!standsAt(text, name, place, read)) continue;
        this.#continuing.add(name[read]!);
        let product = 1;
        for (let at = place; at < text.length; at++) product *= expected(at);
        add(name[read]!, Math.min(MOST, this.#begins(text, name, place) / product));
      }
    }
  }

  /** The share of a name where it would begin. */
  #begins(text: StoryText, name: readonly number[], place: number): number {
    for (let at = Math.max(0, place - RECENTLY); at + name.length <= place; at++) {
      if (standsAt(text, name, at, name.length)) return AGAIN * this.#rate * BEGINS[placeOf(text, place)];
    }
    return this.#rate * BEGINS[placeOf(text, place)];
  }
}

/** Whether the first `count` characters of a name stand at `place`. */
function standsAt({ characters }: StoryText, name: readonly number[], place: number, count: number): boolean {
  for (let i = 0; i < count; i++) if (characters[place + i] !== name[i]) return false;
  return true;
}

/** What stands before a place. */
function placeOf({ characters, classes }: StoryText, place: number): keyof typeof BEGINS {
  const before = characters[place - 1] ?? 0x0a;
  if (before === 0x0a) return 'paragraph';
  const bits = classes[place - 1]!;
  if ((bits & (CharacterClass.OPENS | CharacterClass.CLOSES)) !== 0 && isQuotation(pairOf(before))) {
    return (bits & CharacterClass.CLOSES) !== 0 ? 'speech' : 'quotation';
  }
  if ((bits & CharacterClass.SENTENCE_END) !== 0) return 'sentence';
  if (before === LIST) return 'list';
  if (before === COLON) return 'colon';
  return (bits & CharacterClass.MARK) !== 0 ? 'clause' : 'word';
}
