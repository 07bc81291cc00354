import { Random } from '#random';
import type { Vocabulary } from '#text';
import type { Place } from './kept-state.ts';
import { chooseLead } from './lead.ts';
import type { WritingModel } from './load-serving.ts';
import type { Order, Origin, Segment } from './order.ts';
import { isSnapshot, type Keeping } from './state-cache.ts';

/** Characters that are read where no state helps: a new version's memory of a story. */
export const MEMORY = 2048;

/** Sets the choice of a lead apart from the drawing behind it, which has the seed to itself. */
const LEAD = 1;

/** Tokens up to `end` (not included) of a plan, which belong together. */
export type Span = {
  readonly end: number;
  /** The passage that then is read but for its last token. */
  readonly passage?: string | undefined;
  /** How the place behind it is kept. */
  readonly keeping?: Keeping | undefined;
  /** Its characters, if it is wanted how surprised the model is by it. */
  readonly measured?: number | undefined;
};

/** What a row reads before it draws. */
export type ReadingPlan = {
  /** The state to begin with. */
  readonly place: Place;
  /** All tokens that follow the state; the last is read when the first is drawn. */
  readonly tokens: Int32Array;
  /** Of the tokens but the last, in order; the first begins at 0. */
  readonly spans: readonly Span[];
  readonly origin: Origin;
  /** Text that the passage begins with, from what the model has read; empty where there is a story already. */
  readonly lead: string;
  /** The passage whose state leaves the store once that behind the new one is there: it was a head. */
  readonly replaces: string | undefined;
};

/**
 * The place where every story begins: the zero state, at the start of a paragraph. (Behind the start-of-story
 * token the model expects a chapter's title, which is not what people type.)
 */
export const startPlace = (vocabulary: Vocabulary): Place => ({
  state: null,
  pending: vocabulary.encode('\n')[0]!,
});

/**
 * Plans the reading of an order, from a kept place behind segment `index` if one was found.
 * @throws UserError `text.lone-surrogate` if a text is not well-formed
 */
export function planReading(
  { reading, settings, seed, measure = [], keep = true }: Order,
  { vocabulary, about }: Pick<WritingModel, 'vocabulary' | 'about'>,
  found?: { readonly place: Place; readonly index: number },
): ReadingPlan {
  const { segments } = reading;
  const isBeginning = segments.length === 0;
  const lead = isBeginning ? chooseLead(about, Random.seeded(seed, LEAD), settings.banned) : '';
  const place = found?.place ?? startPlace(vocabulary);
  const renewed = found || reading.whole ? undefined : newOrigin(segments);
  const origin = renewed?.origin ?? reading.origin;
  const unread = renewed?.segments ?? segments.slice(found ? found.index + 1 : 0);

  const parts = unread.map(({ text }) => vocabulary.encode(text));
  if (lead !== '') parts.push(vocabulary.encode(lead));
  const count = parts.reduce((sum, part) => sum + part.length, 1);
  const tokens = new Int32Array(count);
  tokens[0] = place.pending;
  const spans: Span[] = [];
  let at = 1;
  for (const [index, part] of parts.entries()) {
    tokens.set(part, at);
    at += part.length;
    const segment = unread[index];
    spans.push({
      end: at - 1,
      passage: segment?.passage,
      keeping: segment && keep ? keepingOf(segments, segments.length - unread.length + index) : undefined,
      measured: segment && measure.includes(segment.passage) ? [...segment.text].length : undefined,
    });
  }
  const isHead = found && keepingOf(segments, found.index) !== 'stored';
  const replaces = isHead ? segments[found.index]!.passage : undefined;
  return { place, tokens, spans, origin, lead, replaces };
}

/** A head that is read is kept in memory only: what is written behind it comes at once. */
function keepingOf(segments: readonly Segment[], index: number): Keeping | undefined {
  const { text, end } = segments[index]!;
  const begin = segments[index - 1]?.end ?? end - [...text].length;
  if (isSnapshot(begin, end)) return 'stored';
  return index === segments.length - 1 ? 'hot' : undefined;
}

/** The last `MEMORY` characters of what is known of a story, or all of it. */
export function newOrigin(segments: readonly Segment[]): {
  readonly origin: Origin;
  readonly segments: readonly Segment[];
} {
  let rest = MEMORY;
  for (let index = segments.length - 1; index >= 0; index--) {
    const segment = segments[index]!;
    const characters = [...segment.text];
    const skip = characters.length - rest;
    if (skip >= 0) {
      const cut = { ...segment, text: characters.slice(skip).join('') };
      return { origin: `${segment.passage}+${skip}`, segments: [cut, ...segments.slice(index + 1)] };
    }
    rest -= characters.length;
  }
  const [first] = segments;
  const isStart = !first || first.end <= [...first.text].length;
  return { origin: isStart ? 'start' : `${first.passage}+0`, segments };
}
