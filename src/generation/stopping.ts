const SENTENCE_END = /[。！？!?.…][”’」』）》】〕)"']*$/u;
const CLOSER = /^[”’」』）》】〕)"']$/u;
const OUTCRY = /[！？!?]$/u;
const graphemes = new Intl.Segmenter('zh', { granularity: 'grapheme' });

/** Between which lengths, in characters, a passage may end. */
export type LengthRange = {
  /** From here on a sentence may be the last if no quotation is open. */
  readonly minimum: number;
  /** From here on any sentence may be the last. */
  readonly target: number;
  /** Here it ends even within a sentence. */
  readonly maximum: number;
};

/** The range for a passage of about `length` characters. */
export function lengthRange(length: number): LengthRange {
  return {
    minimum: Math.max(1, Math.floor(length * 0.8)),
    target: length,
    maximum: length + Math.max(40, Math.ceil(length / 2)),
  };
}

/** Whether `text` (`count` characters drawn so far) may end here, if what follows does not belong to it. */
export function mayEnd(text: string, count: number, range: LengthRange): boolean {
  if (count >= range.maximum) return true;
  if (count < range.minimum || !SENTENCE_END.test(text) || endsInHalfPair(text)) return false;
  return count >= range.target || !quotationIsOpen(text);
}

/**
 * Whether `next` is still part of what `text` ends with: a closing quotation mark, a second ！ or ？, the other
 * half of …… or ——, or a code point of the same visible character.
 */
export function belongs(text: string, next: string): boolean {
  if (endsInHalfPair(text)) return text.endsWith(next);
  if (SENTENCE_END.test(text)) {
    if (CLOSER.test(next) || (OUTCRY.test(text) && OUTCRY.test(next))) return true;
    if (text.endsWith('.') && !/\s/.test(next)) return true;
  }
  const tail = text.slice(-16);
  return tail !== '' && [...graphemes.segment(tail)].length === [...graphemes.segment(tail + next)].length;
}

/** …… and —— are one mark each: a run of odd length lacks its half. */
function endsInHalfPair(text: string): boolean {
  const run = /(?:…+|—+)$/u.exec(text)?.[0] ?? '';
  return run.length % 2 === 1;
}

function quotationIsOpen(text: string): boolean {
  let depth = 0;
  for (const c of text) {
    if (c === '“' || c === '「') depth++;
    if ((c === '”' || c === '」') && depth > 0) depth--;
  }
  return depth > 0;
}
