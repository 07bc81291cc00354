import { Parser } from 'htmlparser2';

const BLOCKS = new Set(
  'address article aside blockquote body br dd div dl dt figcaption figure footer h1 h2 h3 h4 h5 h6 header hr li main ol p pre section table td tr ul'.split(
    ' ',
  ),
);
const HEADING = /^h[1-6]$/;
/** Elements whose text is not the page's: ruby readings stand beside the characters they explain. */
const SILENT = new Set(['head', 'script', 'style', 'nav', 'rt', 'rp', 'svg', 'noscript', 'template']);
const NOT_STORY = /\b(?:toc|cover|titlepage|copyright-page|landmarks|colophon)\b/;
const MANY_LINKS = 5;

/**
 * The lines of one page of an .epub: one for each block of text, headings between blank lines. Undefined for a
 * page that is no story: marked as contents, cover or imprint, or made of links.
 */
export function pageToLines(xhtml: string): string[] | undefined {
  const lines: string[] = [];
  let current = '';
  let silent = 0;
  let links = 0;
  let inLink = 0;
  let linked = 0;
  let length = 0;
  let story = true;
  const flush = () => {
    const line = current.replace(/[ \t\r\n]+/g, ' ').trim();
    if (line !== '') lines.push(line);
    current = '';
  };
  const parser = new Parser(
    {
      onopentag(name, attributes) {
        if (SILENT.has(name)) silent++;
        if (NOT_STORY.test(attributes['epub:type'] ?? '') && /^(?:body|section|div)$/.test(name))
          story = false;
        if (name === 'a') {
          inLink++;
          links++;
        }
        if (BLOCKS.has(name)) flush();
        if (HEADING.test(name)) lines.push('');
      },
      ontext(text) {
        if (silent > 0) return;
        current += text;
        const visible = text.trim().length;
        length += visible;
        if (inLink > 0) linked += visible;
      },
      onclosetag(name) {
        if (SILENT.has(name)) silent--;
        if (name === 'a') inLink--;
        if (BLOCKS.has(name)) flush();
        if (HEADING.test(name)) lines.push('');
      },
    },
    { decodeEntities: true, lowerCaseTags: true, recognizeSelfClosing: true },
  );
  parser.end(xhtml);
  flush();
  if (!story || (links >= MANY_LINKS && linked > length * 0.6)) return undefined;
  return lines;
}
