import type { Book, BookLanguage, Run } from './book.ts';
import type { BookWords } from './book-words.ts';
import { byline, escapeMarkup, legendItems, paragraphMarkup } from './markup.ts';
import { authorColours } from './palette.ts';

type Page = readonly (readonly Run[])[];

/** Visible characters of a page's beginning that stand for it in the table of contents. */
const LABEL_LENGTH = 16;

export function titlePage(book: Book, words: BookWords): string {
  return page(
    book,
    `<section class="title" epub:type="titlepage">
<h1>${escapeMarkup(book.title)}</h1>
<p>${escapeMarkup(byline(book, words))}</p>
</section>`,
  );
}

export function storyPage(book: Book, paragraphs: Page): string {
  return page(
    book,
    `<section class="story" epub:type="bodymatter">
${paragraphs.map(paragraphMarkup).join('\n')}
</section>`,
  );
}

/** What is said about the book, and who wrote in which colour. */
export function colophonPage(book: Book, words: BookWords): string {
  const items = legendItems(book, words);
  const legend = `<h3>${escapeMarkup(words.legend)}</h3>\n<ul>\n${items.join('\n')}\n</ul>\n`;
  return page(
    book,
    `<section class="colophon" epub:type="colophon">
<h2>${escapeMarkup(words.about)}</h2>
${words.colophon.map((text) => `<p>${escapeMarkup(text)}</p>`).join('\n')}
${items.length > 1 ? legend : ''}</section>`,
  );
}

/** The table of contents. Pages of the story have no titles; each is known by how it begins. */
export function navigation(
  book: Book,
  words: BookWords,
  pages: readonly Page[],
  names: readonly string[],
): string {
  const entries: [string, string][] = [
    ['title.xhtml', book.title],
    ...pages.map((paragraphs, index): [string, string] => [
      names[index]!,
      beginning(paragraphs[0] ?? []) || book.title,
    ]),
    ['colophon.xhtml', words.about],
  ];
  return page(
    book,
    `<nav epub:type="toc">
<h1>${escapeMarkup(words.contents)}</h1>
<ol>
${entries.map(([name, label]) => `<li><a href="${name}">${escapeMarkup(label)}</a></li>`).join('\n')}
</ol>
</nav>`,
  );
}

/** Horizontal, indented, with colours that can be read on white and on black pages. */
export function style(language: BookLanguage): string {
  const indent = language === 'en' ? '1.5em' : '2em';
  return `body { line-height: 1.8; }
.title { margin-top: 30%; text-align: center; }
.title h1 { line-height: 1.4; }
.story p { margin: 0; text-indent: ${indent}; text-align: justify; }
.colophon { margin-top: 20%; font-size: 0.9em; }
.colophon li { list-style-type: none; }
${authorColours.map(({ either }, index) => `.by-${index + 1} { color: ${either}; }`).join('\n')}
`;
}

function beginning(runs: readonly Run[]): string {
  const text = runs.map((run) => run.text).join('');
  const characters: string[] = [];
  for (const { segment } of new Intl.Segmenter().segment(text)) {
    if (characters.length === LABEL_LENGTH) return `${characters.join('')}…`;
    characters.push(segment);
  }
  return characters.join('');
}

function page({ title, language }: Book, body: string): string {
  return `<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE html>
<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops" lang="${language}" xml:lang="${language}">
<head>
<title>${escapeMarkup(title)}</title>
<link rel="stylesheet" type="text/css" href="style.css"/>
</head>
<body>
${body}
</body>
</html>
`;
}
