import { columns } from './characters.ts';

/** A line of the file, freed of what is not text. */
export type PreparedLine = {
  /** Trimmed; empty for a blank line. */
  readonly text: string;
  /** Columns of white space before the text. */
  readonly indent: number;
  /** Columns of the whole line, its indent included. */
  readonly width: number;
  /** Control and zero-width characters that were taken out. */
  readonly controls: string;
  /** HTML tags and comments that were taken out. */
  readonly markup: string;
};

const CONTROL = /[\p{Cc}--\t]|[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\ufff9-\ufffb]/gv;
const MARKUP = /<!--.{0,400}?-->|<\/?[a-zA-Z][^<>]{0,200}>/g;
const ENTITIES: Readonly<Record<string, string>> = {
  '&nbsp;': ' ',
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&amp;': '&',
  '&ldquo;': '“',
  '&rdquo;': '”',
  '&hellip;': '…',
  '&mdash;': '—',
  '&middot;': '·',
};

/** Takes control characters and markup out of a line and measures it. */
export function prepareLine(raw: string): PreparedLine {
  let line = raw;
  const controls = (line.match(CONTROL) ?? []).join('');
  if (controls) line = line.replace(CONTROL, '');
  let markup = '';
  if (line.includes('<')) {
    markup = (line.match(MARKUP) ?? []).join('');
    line = line.replace(MARKUP, '');
  }
  if (line.includes('&')) line = line.replace(/&[a-z]{2,6};/g, (entity) => ENTITIES[entity] ?? entity);
  const text = line.trim();
  if (text === '') return { text, indent: 0, width: 0, controls, markup };
  const indent = columns(line.slice(0, line.length - line.trimStart().length).replaceAll('\t', '    '));
  return { text, indent, width: indent + columns(text), controls, markup };
}
