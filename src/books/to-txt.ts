import type { Book } from './book.ts';

const INDENT = '\u3000\u3000';

/**
 * A book as plain text: title, blank line, indented paragraphs, each a line; UTF-8, line feeds. There is no byte order
 * mark: today's editors, Notepad too, take text for UTF-8 without one, and many other programs show it as a character
 * before the title.
 */
export function toTxt(book: Book): Uint8Array {
  const lines = book.paragraphs.map((runs) => INDENT + runs.map(({ text }) => text).join(''));
  return new TextEncoder().encode([book.title, '', ...lines, ''].join('\n'));
}
