/** The words that a book needs beside its story, in the book's language. */
export type BookWords = {
  /** The title of a story that has none. */
  readonly untitled: string;
  /** How the model is called among authors. */
  readonly model: string;
  /** The pen name of the nth person who has chosen none (from 0); all different. */
  readonly penName: (index: number) => string;
  /** Heading of the table of contents. */
  readonly contents: string;
  /** Heading over what is said about the book. */
  readonly about: string;
  /** What is said about the book, a paragraph each. */
  readonly colophon: readonly string[];
  /** Heading over the authors and their colours. */
  readonly legend: string;
  /** Label of the switch that shows the colours. */
  readonly colours: string;
};

type BookMessage =
  | 'books.about'
  | 'books.colours'
  | 'books.contents'
  | 'books.legend'
  | 'books.made-with'
  | 'books.model'
  | 'books.model-read'
  | 'books.pen-names'
  | 'books.untitled';

/** Looks up a message in the book's language; every translator of the catalogues is one. */
type Translate = {
  readonly locale: string;
  (key: BookMessage, params?: Readonly<Record<string, string | number>>): string;
};

/** A book's words out of the catalogues. `novels`: titles of what the model has read, as they are to be shown. */
export function bookWords(t: Translate, novels: readonly string[]): BookWords {
  const names = t('books.pen-names').split(' ');
  const list = new Intl.ListFormat(t.locale).format(novels);
  return {
    untitled: t('books.untitled'),
    model: t('books.model'),
    penName: (index) => {
      const name = names[index % names.length]!;
      const round = Math.floor(index / names.length) + 1;
      return round === 1 ? name : `${name}${round}`;
    },
    contents: t('books.contents'),
    about: t('books.about'),
    colophon: [t('books.made-with'), ...(novels.length > 0 ? [t('books.model-read', { novels: list })] : [])],
    legend: t('books.legend'),
    colours: t('books.colours'),
  };
}
