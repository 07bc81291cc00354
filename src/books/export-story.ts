import { UserError } from '#errors';
import { type Book, type BookLanguage, bookOf } from './book.ts';
import type { BookWords } from './book-words.ts';
import { fileNameFor } from './file-name.ts';
import { underPenNames } from './pen-names.ts';
import { printableLine } from './printable.ts';
import type { FiledPassage, StoryFile } from './story.ts';
import { writeStoryFile } from './story-file.ts';
import { toEpub } from './to-epub.ts';
import { toHtml } from './to-html.ts';
import { toTxt } from './to-txt.ts';

/** What a story can be exported as: all of it (`json`), or one path as a book. */
export const formats = ['json', 'txt', 'epub', 'html'] as const;
export type Format = (typeof formats)[number];

export type ExportOptions = {
  /** In the book's language. */
  readonly words: BookWords;
  readonly language: BookLanguage;
  /** The passage at which the book ends; default: where the story's branch stands. */
  readonly head?: string | undefined;
  /** Names that their owners chose, by `personKey`; everyone else gets one of `words`. */
  readonly penNames?: ReadonlyMap<string, string> | undefined;
  /** Keeps people's accounts in a json file, for a backup that nobody else reads; default: pen names. */
  readonly accounts?: boolean | undefined;
};

/**
 * A story as a file: its name and its bytes, which are the same for the same story and options.
 * @throws UserError `books.nothing-written` where a book would be empty
 */
export function exportStory(
  format: Format,
  story: StoryFile,
  options: ExportOptions,
): { readonly name: string; readonly bytes: Uint8Array } {
  const { words, penNames, language } = options;
  const title = printableLine(story.title ?? '') || words.untitled;
  const naming = { penName: words.penName, penNames };
  const name = fileNameFor(title, format);
  if (format === 'json') {
    return { name, bytes: writeStoryFile(options.accounts ? story : underPenNames(story, naming)) };
  }
  const path = pathTo(story, options.head ?? story.branches[story.branch] ?? null);
  const book = bookOf(path, { ...naming, title, language });
  if (book.paragraphs.length === 0) throw new UserError('books.nothing-written');
  const modified = path.reduce((latest, { at }) => Math.max(latest, at), story.createdAt);
  return { name, bytes: encode(format, book, words, modified) };
}

function encode(format: Exclude<Format, 'json'>, book: Book, words: BookWords, modified: number): Uint8Array {
  switch (format) {
    case 'txt':
      return toTxt(book);
    case 'epub':
      return toEpub(book, { words, modified });
    case 'html':
      return toHtml(book, words);
  }
}

/** The passages from the story's start to `head`, which is one of its passages. */
function pathTo({ passages }: StoryFile, head: string | null): FiledPassage[] {
  const byId = new Map(passages.map((passage) => [passage.id, passage]));
  const path: FiledPassage[] = [];
  for (let at = head; at !== null; ) {
    const passage = byId.get(at);
    if (!passage) throw new Error(`no passage ${at} in the story`);
    path.push(passage);
    at = passage.parent;
  }
  return path.reverse();
}
