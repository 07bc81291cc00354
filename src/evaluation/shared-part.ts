import type { VerbatimFilter } from '#text';

/** Places of the text that are looked up, and characters of each. */
const PROBES = 200;
const LENGTH = 20;

/**
 * Which part of a text stands word for word in a novel, 0 to 1: tried with 200 runs of 20 characters spread evenly over
 * the text. White space does not count.
 */
export function sharedPart(text: string, novel: string): number {
  const whole = novel.replaceAll(/\s/g, '');
  return foundPart(text, LENGTH, (run) => whole.includes(run.join('')));
}

/**
 * Which part of a text stands word for word in the novels that went into a filter, 0 to 1; tried as in `sharedPart`,
 * with runs one longer than its limit. 0 for a text that is not as long.
 */
export function filteredPart(text: string, filter: VerbatimFilter): number {
  return foundPart(text, filter.limit + 1, (run) => {
    const characters = run.map((character) => character.codePointAt(0)!);
    const context = filter.context(characters, filter.limit);
    const last = characters[filter.limit];
    return context !== undefined && last !== undefined && filter.completes(context, last);
  });
}

function foundPart(text: string, length: number, stands: (run: readonly string[]) => boolean): number {
  const characters = [...text.replaceAll(/\s/g, '')];
  if (characters.length === 0) return 0;
  const last = Math.max(0, characters.length - length);
  const starts = new Set(Array.from({ length: PROBES }, (_, i) => Math.floor((i * last) / (PROBES - 1))));
  const found = [...starts].filter((start) => stands(characters.slice(start, start + length)));
  return found.length / starts.size;
}
