import { createHash } from 'node:crypto';
import type { Book } from './book.ts';
import type { BookWords } from './book-words.ts';
import { htmlStyle } from './html-style.ts';
import { byline, escapeMarkup, legendItems, paragraphMarkup } from './markup.ts';

/**
 * A book as one html file that asks nobody for anything: no script, no network, its own style, whose hash is the only
 * thing that its content security policy lets in. A switch, which needs no script, shows who wrote what.
 */
export function toHtml(book: Book, words: BookWords): Uint8Array {
  const style = htmlStyle(book.language);
  const hash = createHash('sha256').update(style).digest('base64');
  const title = escapeMarkup(book.title);
  const html = `<!DOCTYPE html>
<html lang="${book.language}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>${title}</title>
<style>${style}</style>
</head>
<body>
<header>
<h1>${title}</h1>
<p>${escapeMarkup(byline(book, words))}</p>
</header>
${coloursMarkup(book, words)}<main>
${book.paragraphs.map(paragraphMarkup).join('\n')}
</main>
<footer>
${words.colophon.map((text) => `<p>${escapeMarkup(text)}</p>`).join('\n')}
</footer>
</body>
</html>
`;
  return new TextEncoder().encode(html);
}

/** The switch and the legend; a book that only the model or only one person wrote needs neither. */
function coloursMarkup(book: Book, words: BookWords): string {
  const items = legendItems(book, words);
  if (items.length < 2) return '';
  return `<input type="checkbox" id="colours" checked>
<label for="colours">${escapeMarkup(words.colours)}</label>
<aside aria-label="${escapeMarkup(words.legend)}">
<ul>
${items.join('\n')}
</ul>
</aside>
`;
}
