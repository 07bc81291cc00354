import { createHash } from 'node:crypto';
import type { Book } from './book.ts';
import type { BookWords } from './book-words.ts';
import { escapeMarkup, modelWrites } from './markup.ts';

/** The package document of a book: what it is, which files it has, in which order they are read. */
export function packageDocument(
  book: Book,
  words: BookWords,
  storyPages: readonly string[],
  modified: number,
): string {
  const pages = ['title.xhtml', ...storyPages, 'colophon.xhtml'];
  const items = pages.map(
    (name) => `<item id="${idOf(name)}" href="${name}" media-type="application/xhtml+xml"/>`,
  );
  return `<?xml version="1.0" encoding="utf-8"?>
<package xmlns="http://www.idpf.org/2007/opf" version="3.0" unique-identifier="book-id" xml:lang="${book.language}">
<metadata xmlns:dc="http://purl.org/dc/elements/1.1/">
<dc:identifier id="book-id">${identifier(book)}</dc:identifier>
<dc:title>${escapeMarkup(book.title)}</dc:title>
<dc:language>${book.language}</dc:language>
${creators(book, words)}
<meta property="dcterms:modified">${new Date(modified).toISOString().replace(/\.\d+Z$/, 'Z')}</meta>
<meta property="schema:accessMode">textual</meta>
<meta property="schema:accessModeSufficient">textual</meta>
<meta property="schema:accessibilityFeature">tableOfContents</meta>
<meta property="schema:accessibilityFeature">readingOrder</meta>
<meta property="schema:accessibilityHazard">none</meta>
</metadata>
<manifest>
<item id="nav" href="nav.xhtml" media-type="application/xhtml+xml" properties="nav"/>
<item id="style" href="style.css" media-type="text/css"/>
${items.join('\n')}
</manifest>
<spine page-progression-direction="ltr">
${pages.map((name) => `<itemref idref="${idOf(name)}"/>`).join('\n')}
</spine>
</package>
`;
}

const idOf = (name: string): string => name.replace('.xhtml', '');

/** People are creators; the model contributes, and creates only what nobody else had a hand in. */
function creators(book: Book, words: BookWords): string {
  const people = book.authors.map((name, index) => agent('creator', `author-${index + 1}`, name));
  if (!modelWrites(book)) return people.join('\n');
  return [...people, agent(people.length > 0 ? 'contributor' : 'creator', 'model', words.model)].join('\n');
}

const agent = (element: string, id: string, name: string): string =>
  `<dc:${element} id="${id}">${escapeMarkup(name)}</dc:${element}>
<meta refines="#${id}" property="role" scheme="marc:relators">aut</meta>`;

/** A UUID of version 8 (RFC 9562) made of what the book says, so that the same book is the same in every library. */
function identifier(book: Book): string {
  const { title, language, authors, paragraphs } = book;
  const hash = createHash('sha256').update(JSON.stringify([title, language, authors, paragraphs]));
  const bytes = hash.digest().subarray(0, 16);
  bytes[6] = (bytes[6]! & 0x0f) | 0x80;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  return `urn:uuid:${bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')}`;
}
