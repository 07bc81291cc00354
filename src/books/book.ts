import { assignPenNames, type PenNaming, personKey } from './pen-names.ts';
import { printable, printableLine } from './printable.ts';
import type { FiledPassage } from './story.ts';

export type BookLanguage = 'zh-Hans' | 'zh-Hant' | 'en';

/** Text of one author within a paragraph; a number is an index into the book's `authors`. */
export type Run = { readonly author: number | 'model'; readonly text: string };

/** One path of a story, as it is read. */
export type Book = {
  /** One line, never empty. */
  readonly title: string;
  readonly language: BookLanguage;
  /** Pen names, in order of appearance; the model is none of them. */
  readonly authors: readonly string[];
  /** Paragraphs without line breaks and without white space around them; none is empty. */
  readonly paragraphs: readonly (readonly Run[])[];
};

export type BookOptions = PenNaming & {
  /** With something in it that can be printed. */
  readonly title: string;
  readonly language: BookLanguage;
};

type Piece = { readonly by: string; text: string };

/** The model among the keys of persons, which all hold a slash. */
const MODEL = 'model';
const BREAK = /\r\n?|[\n\v\f\u0085\u2028\u2029]/u;

/**
 * The book of the passages on a path, the first one first. They are joined as they stand, so that a paragraph may run
 * through several; what was erased leaves nothing.
 */
export function bookOf(passages: Iterable<FiledPassage>, options: BookOptions): Book {
  const paragraphs = paragraphsOf(passages);
  const people = paragraphs.flat().flatMap(({ by }) => (by === MODEL ? [] : [by]));
  const names = assignPenNames(people, options);
  const indices = new Map([...names.keys()].map((key, index) => [key, index]));
  return {
    title: printableLine(options.title),
    language: options.language,
    authors: [...names.values()],
    paragraphs: paragraphs.map((pieces) =>
      pieces.map(({ by, text }): Run => ({ author: indices.get(by) ?? MODEL, text })),
    ),
  };
}

function paragraphsOf(passages: Iterable<FiledPassage>): Piece[][] {
  const paragraphs: Piece[][] = [];
  let current: Piece[] = [];
  const close = () => {
    const pieces = trim(current);
    if (pieces.length > 0) paragraphs.push(pieces);
    current = [];
  };
  for (const { author, text, erased } of passages) {
    if (erased || author.kind === 'nobody') continue;
    const by = author.kind === 'model' ? MODEL : personKey(author);
    const lines = printable(text).split(BREAK);
    for (const [index, line] of lines.entries()) {
      if (index > 0) close();
      const last = current.at(-1);
      if (line === '') continue;
      if (last?.by === by) last.text += line;
      else current.push({ by, text: line });
    }
  }
  close();
  return paragraphs;
}

/** Without white space at either end, through however many pieces it reaches. */
function trim(pieces: readonly Piece[]): Piece[] {
  const first = pieces.findIndex(({ text }) => text.trim() !== '');
  const last = pieces.findLastIndex(({ text }) => text.trim() !== '');
  if (first === -1) return [];
  pieces[first]!.text = pieces[first]!.text.trimStart();
  pieces[last]!.text = pieces[last]!.text.trimEnd();
  return pieces.slice(first, last + 1);
}
