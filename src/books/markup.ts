import type { Book, Run } from './book.ts';
import type { BookWords } from './book-words.ts';
import { authorClass } from './palette.ts';

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text as the content or the quoted attribute of an element, in html and xml alike. */
export const escapeMarkup = (text: string): string => text.replace(/[&<>"']/g, (c) => ENTITIES[c]!);

/** A paragraph; what people wrote carries their style class, what the model wrote nothing. */
export function paragraphMarkup(runs: readonly Run[]): string {
  const parts = runs.map(({ author, text }) =>
    author === 'model'
      ? escapeMarkup(text)
      : `<span class="${authorClass(author)}">${escapeMarkup(text)}</span>`,
  );
  return `<p>${parts.join('')}</p>`;
}

/** Everyone who wrote, as list items in their colours: people first, then the model. */
export function legendItems(book: Book, words: BookWords): string[] {
  const people = book.authors.map(
    (name, index) => `<li><bdi class="${authorClass(index)}">${escapeMarkup(name)}</bdi></li>`,
  );
  return modelWrites(book) ? [...people, `<li>${escapeMarkup(words.model)}</li>`] : people;
}

export const modelWrites = (book: Book): boolean =>
  book.paragraphs.some((runs) => runs.some(({ author }) => author === 'model'));

/** Who wrote the book, in a line. */
export function byline(book: Book, words: BookWords): string {
  const names = modelWrites(book) ? [...book.authors, words.model] : book.authors;
  return new Intl.ListFormat(book.language).format(names);
}
