/** The marks that come in pairs, each opening one before its closing one. */
const PAIRS = Array.from('“”‘’「」『』《》〈〉（）【】', (c) => c.codePointAt(0)!);
export const PAIR_COUNT = PAIRS.length / 2;
const FIRST_TITLE = 4;
const FIRST_BRACKET = 6;

/** A mark that was opened and not closed. `at`: where it stands; `below`: those opened before it and still open. */
export type OpenMark = {
  /** Which pair: place in the list of pairs. */
  readonly kind: number;
  readonly at: number;
  readonly below: OpenMark | undefined;
};

/** Which pair a mark belongs to; −1 for any other character. */
export const pairOf = (codePoint: number): number => PAIRS.indexOf(codePoint) >> 1;

/** What closes a pair. */
export const closingMark = (kind: number): number => PAIRS[2 * kind + 1]!;

export const isTitle = (kind: number): boolean => kind >= FIRST_TITLE && kind < FIRST_BRACKET;
export const isQuotation = (kind: number): boolean => kind < FIRST_TITLE;

/** Whether a pair is open, innermost or not. */
export function isOpen(open: OpenMark | undefined, kind: number): boolean {
  for (let mark = open; mark; mark = mark.below) if (mark.kind === kind) return true;
  return false;
}

/**
 * What is open after a character that stands at `at`. People's text need not be in order: a mark that closes
 * nothing counts for nothing; one that closes, or opens again, what is not innermost closes what is within too.
 */
export function afterMark(open: OpenMark | undefined, codePoint: number, at: number): OpenMark | undefined {
  const place = PAIRS.indexOf(codePoint);
  if (place < 0) return open;
  const kind = place >> 1;
  let below = open;
  if (isOpen(open, kind)) {
    while (below!.kind !== kind) below = below!.below;
    below = below!.below;
  }
  return place % 2 === 0 ? { kind, at, below } : below;
}
