import { CharacterClass } from './character-class.ts';
import { RECENT } from './cursor.ts';
import { isQuotation, pairOf } from './marks.ts';
import type { StoryText } from './story-text.ts';

/*
 * The numbers below are those with which chapters held out, as they are and with invented heroes, are foretold best
 * at a strength of 0.5 (docs/performance.md).
 */
/** Characters of a context that count: the last one to four before the place. */
const LONGEST = 4;
/** A place whose context is one character longer counts so many times as much. */
const BASE = 5;
/** The odds of the cache against the model, twice over, by the characters of the longest context met again. */
const ODDS = [0, 0.14, 0.44, 0.9, 1.46] as const;
/** What has followed once may have been chance: so much is taken off each follower's count. */
const DISCOUNT = 0.8;
/** Behind a speech comes who speaks: there it counts so many times as much. */
const SPEECH = 5;
/** Where paragraphs end is for the model to say. */
const LINE_BREAK = 0x0a;
/** What follows with less than this is left out. */
const LEAST = 0.002;

/** What may follow, by code point or token, and what it adds to a probability, the model's own being 1 together. */
export type Odds = Map<number, number>;

/**
 * A cache over the story's own recent contexts, so that names stick that the model has never read: where the text's
 * last characters have stood before, what followed them there, before `until`, is added to `odds`. (The cache of Kuhn &
 * De Mori 1990 over contexts instead of words, with the absolute discount of Ney, Essen & Kneser 1994.) It is computed
 * from the text alone.
 */
export function lookBack(
  { characters, classes, previous, length }: StoryText,
  until: number,
  strength: number,
  odds: Odds,
): void {
  if (strength === 0 || length < 2) return;
  const end = length - 1;
  const last = characters[end]!;
  const first = Math.max(0, length - RECENT);
  let longest = 0;
  let total = 0;
  for (let at = previous[end]!; at >= first; at = previous[at]!) {
    if (characters[at] !== last || at + 1 >= until) continue;
    let match = 1;
    let weight = 1;
    while (match < LONGEST && at - match >= first && characters[at - match] === characters[end - match]) {
      match++;
      weight *= BASE;
    }
    if (match > longest) longest = match;
    total += weight;
    if (characters[at + 1] !== LINE_BREAK) count(characters[at + 1]!, weight);
  }
  if (longest === 0) return;
  const isSpeech = (classes[end]! & CharacterClass.CLOSES) !== 0 && isQuotation(pairOf(last));
  const scale = (strength * ODDS[longest]! * (isSpeech ? SPEECH : 1)) / total;
  for (let i = 0; i < used; i++) {
    const place = places[i]!;
    const amount = (sums[place]! - DISCOUNT * largest[place]!) * scale;
    if (amount >= LEAST) odds.set(followers[place]!, (odds.get(followers[place]!) ?? 0) + amount);
    followers[place] = 0;
  }
  used = 0;
}

/*
 * Followers while they are counted, in a table with open addressing: drawing looks at some forty of them a token, and
 * a Map takes as long for that as all the rest. It is empty between two looks.
 */
const PLACES = 2 * RECENT;
const followers = new Int32Array(PLACES);
const sums = new Float64Array(PLACES);
const largest = new Float64Array(PLACES);
/** Which places are taken. */
const places = new Int32Array(RECENT);
let used = 0;

function count(follower: number, weight: number): void {
  let place = follower % PLACES;
  while (followers[place] !== 0 && followers[place] !== follower) place = (place + 1) % PLACES;
  if (followers[place] === 0) {
    followers[place] = follower;
    sums[place] = 0;
    largest[place] = 0;
    places[used++] = place;
  }
  sums[place]! += weight;
  if (weight > largest[place]!) largest[place] = weight;
}
