import { createConverter, markConverters } from './convert.ts';
import { guessScript } from './guess-script.ts';
import type { Conversion } from './novel.ts';

/**
 * The converter that a book needs whose beginning is `sample`: of words and quotation marks, or of the marks
 * alone where the book is in the wanted script already, since a second conversion would spoil it (孙乾 → 孙干).
 * Undefined for `none`.
 */
export async function createBookConverter(
  to: Conversion,
  sample: string,
): Promise<((text: string) => string) | undefined> {
  if (to === 'none') return undefined;
  return (await guessScript(sample)) === to ? markConverters[to] : createConverter(to);
}
