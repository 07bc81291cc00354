import stringWidth from 'string-width';

/** A space at which no row ends; it is shown as any other. */
export const TIE = '\u00a0';

const OPENING = '“‘「『《〈（【〔';
const CLOSING = '，。、；：？！…”’」』》〉）】〕·～';
/** What is not torn apart: a command, a word of Latin letters, a character; each with the marks that go with it. */
const PIECE = new RegExp(
  `[${OPENING}]*(?:/[^\\s${OPENING}${CLOSING}]+|[\\x21-\\x7e]+|[^\\s${OPENING}${CLOSING}])(?:${TIE}[^\\s${OPENING}${CLOSING}]+)*(?: ?[${CLOSING}\\p{M}])*|\\s+|.`,
  'gu',
);

/** A line broken into rows of at most `columns`, all but the first set in by `indent` spaces. */
export function wrapRemark(line: string, columns: number | undefined, indent = 0): string {
  const fits = columns === undefined || columns <= indent + 10 || stringWidth(line) <= columns;
  if (fits) return line.replaceAll(TIE, ' ');
  const rows: string[] = [];
  let row = '';
  let width = 0;
  for (const [piece] of line.matchAll(PIECE)) {
    const wide = stringWidth(piece);
    if (width + wide > columns && width > 0) {
      rows.push(row.trimEnd());
      [row, width] = [' '.repeat(indent), indent];
      if (piece.trim() === '') continue;
    }
    row += piece;
    width += wide;
  }
  return [...rows, row.trimEnd()].join('\n').replaceAll(TIE, ' ');
}

/** Two columns, the second wrapped behind the first; under each other where there is no room. */
export function wrapRows(rows: readonly (readonly [string, string])[], columns: number | undefined): string {
  const left = Math.max(...rows.map(([head]) => stringWidth(head)));
  const indent = columns !== undefined && left > columns / 2 ? 2 : left + 2;
  return rows
    .map(([head, rest]) => {
      const gap = ' '.repeat(Math.max(2, indent - stringWidth(head)));
      return wrapRemark(`${head}${gap}${rest}`, columns, indent);
    })
    .join('\n');
}

/** The beginning of a text on one row of at most `columns`. */
export function shorten(text: string, columns: number): string {
  const line = text.trim().replace(/\s+/g, ' ');
  if (stringWidth(line, { ambiguousIsNarrow: false }) <= columns) return line;
  let cut = '';
  let width = 2;
  for (const { segment } of new Intl.Segmenter().segment(line)) {
    width += stringWidth(segment, { ambiguousIsNarrow: false });
    if (width > columns) break;
    cut += segment;
  }
  return `${cut}…`;
}
