import type { HeadingLook } from './heading.ts';

/** A line that looks like a heading, and how the lines around it speak. */
export type HeadingCandidate = {
  readonly line: number;
  readonly look: HeadingLook;
  /** A blank line, a ruler, an update line or the file's edge stands before it, after it. */
  readonly apartBefore: boolean;
  apartAfter: boolean;
  /** Lines of story between it and the next line that looks like a heading. */
  storyAfter: number;
  /** The next line with words, where it may be the title of a bare number. */
  subtitle?: { readonly line: number; readonly text: string };
};

/** The headings of a book: those of its chapters, and others (volumes, 楔子) that are lines of their own. */
export type ChosenHeadings = {
  readonly chapters: ReadonlyMap<number, HeadingCandidate>;
  readonly others: ReadonlyMap<number, HeadingCandidate>;
  /** Lines that only say a title which is said again where its story begins: a table of contents, a doubled title. */
  readonly repeated: ReadonlySet<number>;
};

const WINDOW = 300;
const SURE = 2;
/** Below this a line is a sentence, wherever it stands. */
const LEAST = -1;

/**
 * Chooses, among lines that look like headings, those whose numbers run on through the book: for each unit
 * (章, 回 …) the chain of candidates with the greatest sum of evidence, found by dynamic programming. A step
 * of one speaks for a chain; a repetition, a leap or a step back speaks against it.
 */
export function chooseHeadings(candidates: readonly HeadingCandidate[]): ChosenHeadings {
  const repeated = findRepeated(candidates);
  const byUnit = Map.groupBy(
    candidates.filter(({ line, look }) => look.evidence >= LEAST && !repeated.has(line)),
    ({ look }) => look.unit,
  );
  // What surely looks like a title is a line of its own, be it a chapter or not.
  const sure = candidates.filter(({ look, line }) => look.evidence >= SURE && !repeated.has(line));
  const special = (byUnit.get('special') ?? []).filter(
    ({ apartBefore, apartAfter }) => apartBefore || apartAfter,
  );
  byUnit.delete('special');
  const chains = [...byUnit.values()]
    .map(bestChain)
    .filter(({ gain, chain }) => gain >= 3 && chain.length > 0);
  chains.sort((a, b) => b.chain.length - a.chain.length || b.gain - a.gain);
  const [main, ...rest] = chains;
  const byLine = (list: readonly HeadingCandidate[]) =>
    new Map(list.map((candidate) => [candidate.line, candidate]));
  const volumes = rest.flatMap(({ chain }) => chain).filter((candidate) => weight(candidate) >= 3);
  return {
    chapters: byLine([...(main?.chain ?? []), ...special]),
    others: byLine([...sure, ...volumes]),
    repeated,
  };
}

function findRepeated(candidates: readonly HeadingCandidate[]): Set<number> {
  const repeated = new Set<number>();
  for (const same of Map.groupBy(candidates, ({ look }) => look.title).values()) {
    if (same.length < 2 || !same.some(({ storyAfter }) => storyAfter > 0)) continue;
    for (const { line, storyAfter, look } of same) if (storyAfter === 0 && !look.bare) repeated.add(line);
  }
  return repeated;
}

function bestChain(candidates: readonly HeadingCandidate[]): { gain: number; chain: HeadingCandidate[] } {
  const gains: number[] = [];
  const previous: number[] = [];
  let best = -1;
  for (let i = 0; i < candidates.length; i++) {
    const own = weight(candidates[i]!);
    gains[i] = own + (candidates[i]!.look.number <= 1 ? 0 : -1);
    previous[i] = -1;
    for (let j = Math.max(0, i - WINDOW); j < i; j++) {
      const gain = gains[j]! + own + step(candidates[j]!.look.number, candidates[i]!.look.number);
      if (gain > gains[i]!) {
        gains[i] = gain;
        previous[i] = j;
      }
    }
    if (best < 0 || gains[i]! > gains[best]!) best = i;
  }
  const chain: HeadingCandidate[] = [];
  for (let i = best; i >= 0; i = previous[i]!) chain.unshift(candidates[i]!);
  return { gain: best < 0 ? 0 : gains[best]!, chain };
}

function weight({ look, apartBefore, apartAfter }: HeadingCandidate): number {
  return look.evidence + (apartBefore ? 1 : 0) + (apartAfter ? 1 : 0);
}

function step(from: number, to: number): number {
  if (to === from + 1) return 1;
  if (to === from) return -6;
  if (to <= 1) return -1.5;
  if (to < from) return -6;
  return to - from <= 3 ? -1 : -4;
}
