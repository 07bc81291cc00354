/** How a book sets its quotations: “…‘…’…” or 「…『…』…」. */
export type QuoteStyle = 'curly' | 'corner';

const STYLES = {
  curly: { outer: '“”', inner: '‘’' },
  corner: { outer: '「」', inner: '『』' },
} as const;
const OPENING = '“‘「『';
const CLOSING = '”’」』';
/** Speech has a sentence in it; 「火球術」 in a book of curly quotes is a word set apart. */
const SPEECH_END = /^[，。；！？…—～]$/u;
/** A book that has at most this share of the other marks, and so many of its own, is taken to mean its own. */
const MOST_FOREIGN = 0.2;
const FEWEST_OWN = 40;

/** The style of a book by how many marks of either it has; undefined where it is not plain. */
export function quoteStyle(counts: {
  readonly curly: number;
  readonly corner: number;
}): QuoteStyle | undefined {
  const own = counts.corner > counts.curly ? 'corner' : 'curly';
  const foreign = Math.min(counts.curly, counts.corner);
  const all = counts.curly + counts.corner;
  return all - foreign >= FEWEST_OWN && foreign <= all * MOST_FOREIGN ? own : undefined;
}

/** A quotation of a paragraph; one that began before it has no opening mark, one that goes on after it no closing. */
type Quotation = {
  readonly open: number | undefined;
  close: number | undefined;
  readonly parent: Quotation | undefined;
  /** Its two marks, as they stand and as they shall. */
  readonly was: string;
  marks: string;
};

/**
 * Puts the quotations of one paragraph that stand in the other style into the book's; a paragraph in which they cross
 * is left alone. A quotation within one gets the other pair of marks.
 */
export function unifyQuotes(
  text: string,
  style: QuoteStyle,
): { readonly text: string; readonly changed: number; readonly first: number } {
  const { outer, inner } = STYLES[style];
  const other = STYLES[style === 'curly' ? 'corner' : 'curly'];
  const unchanged = { text, changed: 0, first: 0 };
  if (![...other.outer, ...other.inner].some((mark) => text.includes(mark))) return unchanged;
  const characters = text.split('');
  let changed = 0;
  let first = text.length;
  for (const quotation of quotationsOf(characters) ?? []) {
    const { open, close, parent, was } = quotation;
    const foreign = was === other.outer || was === other.inner;
    const displaced = parent !== undefined && parent.marks !== parent.was && parent.marks === was;
    if (!displaced && !(foreign && (style === 'corner' || isSpeech(characters, open, close)))) continue;
    quotation.marks = parent?.marks === outer ? inner : outer;
    for (const [i, at] of [open, close].entries()) {
      if (at === undefined) continue;
      characters[at] = quotation.marks[i]!;
      changed++;
      first = Math.min(first, at);
    }
  }
  return changed > 0 ? { text: characters.join(''), changed, first } : unchanged;
}

function isSpeech(
  characters: readonly string[],
  open: number | undefined,
  close: number | undefined,
): boolean {
  const introduced = open !== undefined && characters[open - 1] === '：';
  return introduced || SPEECH_END.test(characters[(close ?? characters.length) - 1] ?? '');
}

/** The quotations of a paragraph, outer ones first; undefined where they cross. */
function quotationsOf(characters: readonly string[]): Quotation[] | undefined {
  const found: Quotation[] = [];
  let inside: Quotation | undefined;
  for (const [at, character] of characters.entries()) {
    const opening = OPENING.indexOf(character);
    const closing = CLOSING.indexOf(character);
    if (opening < 0 && closing < 0) continue;
    const kind = Math.max(opening, closing);
    const marks = OPENING[kind]! + CLOSING[kind]!;
    if (opening >= 0) {
      inside = { open: at, close: undefined, parent: inside, was: marks, marks };
      found.push(inside);
    } else if (inside === undefined) {
      found.push({ open: undefined, close: at, parent: undefined, was: marks, marks });
    } else {
      if (marks !== inside.was) return undefined;
      inside.close = at;
      inside = inside.parent;
    }
  }
  return found;
}
