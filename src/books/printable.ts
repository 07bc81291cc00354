// Beside what no reader shows, XML 1.0 knows no U+FFFE and U+FFFF.
const UNPRINTABLE = /[^\P{Cc}\t\n\v\f\r\u0085]|[\ufffe\uffff]/gu;
const VISIBLE = /[^\p{C}\p{Z}]/u;

/** Text that html and XML can hold: well-formed, without control characters other than breaks and tabs. */
export const printable = (text: string): string => text.toWellFormed().replaceAll(UNPRINTABLE, '');

/** A title or name on one line, without white space around it; empty if nothing of it can be seen. */
export function printableLine(text: string): string {
  const line = printable(text)
    .replaceAll(/[\s\u0085]+/gu, ' ')
    .trim();
  return VISIBLE.test(line) ? line : '';
}
