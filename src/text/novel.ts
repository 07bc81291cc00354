/** Character encodings that can be read; GBK and GB2312 are read as their superset GB18030. */
export type Encoding =
  | 'utf-8'
  | 'utf-16le'
  | 'utf-16be'
  | 'gb18030'
  | 'big5'
  | 'shift_jis'
  | 'euc-jp'
  | 'euc-kr';

/** How the encoding became known, in falling certainty. */
export type EncodingEvidence =
  | 'option'
  | 'bom'
  | 'valid-utf-8'
  | 'byte-pattern'
  | 'frequent-characters'
  | 'epub';

/** A chapter: `text.slice(start, end)` begins with the line of its title. Offsets in UTF-16 units. */
export type Chapter = { readonly title: string; readonly start: number; readonly end: number };

/** Why a line, or a part of one, was left out. */
export type RemovalReason =
  | 'advertisement'
  | 'url'
  | 'update-line'
  | 'ruler'
  | 'gutenberg'
  | 'markup'
  | 'mojibake'
  | 'blank'
  | 'indent'
  | 'inner-space'
  | 'control-character'
  | 'repeated-title'
  | 'title-label'
  | 'epub-page';

/** Why something was written otherwise than it stood. */
export type ChangeReason =
  | 'joined-lines'
  | 'punctuation'
  | 'half-width'
  | 'quotes'
  | 'doubled-punctuation'
  | 'lost-character'
  | 'converted';

/** A place in the file: `line` counts from 1; in an .epub it counts the lines of its text. */
export type CleaningExample = { readonly line: number; readonly text: string };

/**
 * `count` occurrences of one reason, `characters` (code points; for indents columns) removed or changed, at most
 * three examples.
 */
export type CleaningEntry = {
  readonly count: number;
  readonly characters: number;
  readonly examples: readonly CleaningExample[];
};

/** What cleaning did, by reason; reasons that did not occur are absent. */
export type CleaningReport = {
  readonly lines: number;
  readonly removed: Readonly<Partial<Record<RemovalReason, CleaningEntry>>>;
  readonly changed: Readonly<Partial<Record<ChangeReason, CleaningEntry>>>;
};

/** Chinese script to convert to, or `none` to leave it as it is. */
export type Conversion = 'none' | 'simplified' | 'traditional';

/** A novel, read and cleaned. */
export type Novel = {
  /** The file's name without its ending; for an .epub the title that its package document gives. */
  readonly title: string;
  readonly encoding: { readonly name: Encoding; readonly evidence: EncodingEvidence };
  /** The first three lines with words in them, as they were decoded. */
  readonly preview: readonly string[];
  /** Paragraphs, verses and titles, each one line, joined by `\n`; no indents and no blank lines. */
  readonly text: string;
  /** Characters (code points) of the text, line ends not counted, and how many of them are different. */
  readonly characters: number;
  readonly distinct: number;
  readonly chapters: readonly Chapter[];
  readonly report: CleaningReport;
};
