import { strToU8, type Zippable, zipSync } from 'fflate';
import type { Book, Run } from './book.ts';
import type { BookWords } from './book-words.ts';
import { packageDocument } from './epub-package.ts';
import { colophonPage, navigation, storyPage, style, titlePage } from './epub-pages.ts';

export type EpubOptions = {
  readonly words: BookWords;
  /** When the story was last changed: Unix time, ms. */
  readonly modified: number;
};

/** Characters (UTF-16 units) after which a page of the story ends, at the next paragraph. */
const PAGE_LENGTH = 50_000;

const CONTAINER = `<?xml version="1.0" encoding="utf-8"?>
<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container">
<rootfiles><rootfile full-path="EPUB/package.opf" media-type="application/oebps-package+xml"/></rootfiles>
</container>
`;

/** A book as EPUB 3: title page, story, colophon. The same book and options give the same bytes, on any machine. */
export function toEpub(book: Book, { words, modified }: EpubOptions): Uint8Array {
  const pages = paginate(book.paragraphs);
  const names = pages.map((_, index) => `story-${String(index + 1).padStart(4, '0')}.xhtml`);
  const files: Record<string, string> = {
    'META-INF/container.xml': CONTAINER,
    'EPUB/package.opf': packageDocument(book, words, names, modified),
    'EPUB/nav.xhtml': navigation(book, words, pages, names),
    'EPUB/style.css': style(book.language),
    'EPUB/title.xhtml': titlePage(book, words),
    ...Object.fromEntries(pages.map((page, index) => [`EPUB/${names[index]}`, storyPage(book, page)])),
    'EPUB/colophon.xhtml': colophonPage(book, words),
  };
  // Readers know the format by its first bytes: a file `mimetype` that comes first and is not compressed.
  const archive: Zippable = { mimetype: [strToU8('application/epub+zip'), { level: 0 }] };
  for (const [name, content] of Object.entries(files)) archive[name] = strToU8(content);
  // An archive keeps local time without a zone: these fields are the same in every zone.
  return zipSync(archive, { level: 6, mtime: new Date(1980, 0, 1, 12) });
}

/** The story in pages, cut between paragraphs, since readers lay out a page as a whole. */
function paginate(paragraphs: readonly (readonly Run[])[]): (readonly Run[])[][] {
  const pages: (readonly Run[])[][] = [[]];
  let length = 0;
  for (const runs of paragraphs) {
    if (length >= PAGE_LENGTH) {
      pages.push([]);
      length = 0;
    }
    pages.at(-1)!.push(runs);
    for (const { text } of runs) length += text.length;
  }
  return pages;
}
