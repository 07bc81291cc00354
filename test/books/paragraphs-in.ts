import { Parser } from 'htmlparser2';

/** The text of every `p` within the elements of one name, as a parser of html or, with `xml`, of XML reads it. */
export function paragraphsIn(source: string, within: string, xml = false): string[] {
  const paragraphs: string[] = [];
  let inside = 0;
  let open = false;
  const parser = new Parser(
    {
      onopentag(name) {
        if (name === within) inside++;
        if (name === 'p' && inside > 0) {
          open = true;
          paragraphs.push('');
        }
      },
      ontext(text) {
        if (open) paragraphs[paragraphs.length - 1] += text;
      },
      onclosetag(name) {
        if (name === within) inside--;
        if (name === 'p') open = false;
      },
    },
    { xmlMode: xml, decodeEntities: true },
  );
  parser.end(source);
  return paragraphs;
}
