import { joins, lastCluster } from './graphemes.ts';

const SENTENCE_END = /[。！？!?.…][”’」』）》】〕)"']*$/u;
const CLOSER = /^[”’」』）》】〕)"']$/u;
const OUTCRY = /[！？!?]$/u;

/** Beyond the maximum a passage may run on by this many characters to close what is open. */
const OVERRUN = 16;

/** Between which lengths, in characters, a passage may end. */
export type LengthRange = {
  /** From here on a sentence may be the last. */
  readonly minimum: number;
  /** From here on what is open is closed with growing force. */
  readonly target: number;
  /** Here it ends even within a sentence, unless something is open. */
  readonly maximum: number;
  /** Here it ends whatever is open: each way to close it is banned, or copied from the novel. */
  readonly limit: number;
};

/** The range for a passage of about `length` characters. */
export function lengthRange(length: number): LengthRange {
  const maximum = length + Math.max(40, Math.ceil(length / 2));
  return {
    minimum: Math.max(1, Math.floor(length * 0.8)),
    target: length,
    maximum,
    limit: maximum + OVERRUN,
  };
}

/**
 * Whether a passage of `count` characters may end behind `tail`, its last ones, if what follows does not belong
 * to it; `open`: whether a quotation or bracket is.
 */
export function mayEnd(tail: string, count: number, range: LengthRange, open: boolean): boolean {
  if (count < range.minimum) return false;
  if (count >= range.limit) return true;
  if (open) return false;
  return count >= range.maximum || (SENTENCE_END.test(tail) && !endsInHalfPair(tail));
}

/**
 * Whether `next` is still part of what `tail` ends with: a closing quotation mark, a second ！ or ？, the other
 * half of …… or ——, or a code point of the same visible character.
 */
export function belongs(tail: string, next: string): boolean {
  if (endsInHalfPair(tail)) return tail.endsWith(next);
  if (SENTENCE_END.test(tail)) {
    if (CLOSER.test(next) || (OUTCRY.test(tail) && OUTCRY.test(next))) return true;
    if (tail.endsWith('.') && !/\s/.test(next)) return true;
  }
  return joins(lastCluster(tail), next);
}

/** …… and —— are one mark each: a run of odd length lacks its half. */
function endsInHalfPair(text: string): boolean {
  const run = /(?:…+|—+)$/u.exec(text)?.[0] ?? '';
  return run.length % 2 === 1;
}
