import { basename, extname } from 'node:path';
import { UserError } from '#errors';
import { createBookConverter } from './book-converter.ts';
import { countCharacters } from './characters.ts';
import { cleanLines } from './clean.ts';
import { openEpub } from './epub.ts';
import { ENCODINGS, guessEncoding, toEncoding } from './guess-encoding.ts';
import { inspectFile } from './inspect-file.ts';
import { readLines } from './lines.ts';
import type { Conversion, Encoding, EncodingEvidence, Novel } from './novel.ts';
import { ReportBuilder } from './report.ts';
import { surveyLines } from './survey.ts';

/** How a novel is read. */
export type ReadNovelOptions = {
  /** Overrides the guess (`gbk`, `big5`, …); an .epub says its own. */
  readonly encoding?: string | undefined;
  /** Script to convert to; default `none`. */
  readonly convert?: Conversion | undefined;
  /** Takes any text, also one too short or too plain to be a novel. */
  readonly anyText?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
};

/** Text with more undecodable characters than this share is refused. */
export const MAX_UNDECODABLE_SHARE = 0.001;

type Source = {
  readonly title: string;
  readonly encoding: { readonly name: Encoding; readonly evidence: EncodingEvidence };
  /** Pages of an .epub that hold no story; known once the lines have been read. */
  readonly skipped?: ReadonlySet<string>;
  lines(): AsyncIterable<string>;
};

/**
 * Reads a novel (.txt or .epub) and cleans it. The file is streamed twice, once to learn how it is laid out
 * and once to clean it; only the cleaned text is held.
 * Throws UserError `text.*` for whatever is wrong with the file.
 */
export async function readNovel(path: string, options: ReadNovelOptions = {}): Promise<Novel> {
  const file = basename(path);
  const source = await openSource(path, options);
  const meter = new UndecodableMeter();
  const survey = await surveyLines(meter.watch(source.lines()));
  if (meter.characters === 0) throw new UserError('text.empty', { file });
  if (meter.share > MAX_UNDECODABLE_SHARE) {
    throw new UserError('text.undecodable', {
      file,
      encoding: source.encoding.name,
      percent: Math.round(meter.share * 1000) / 10,
    });
  }
  const report = new ReportBuilder();
  const { text, chapters } = await cleanLines(
    source.lines(),
    survey,
    report,
    await createBookConverter(options.convert ?? 'none', survey.sample),
  );
  for (const page of source.skipped ?? []) report.removed('epub-page', 0, page);
  const size = countCharacters(text);
  if (size.characters === 0) throw new UserError('text.nothing-left', { file });
  if (!options.anyText) checkEnough(text, size, survey.lines, file);
  return {
    title: source.title,
    encoding: source.encoding,
    preview: survey.preview,
    text,
    ...size,
    chapters,
    report: report.build(),
  };
}

/**
 * What `readNovel` would call the novel, without reading it.
 * Throws UserError `text.*` for a file that is no novel's.
 */
export async function titleOf(path: string): Promise<string> {
  const { format } = await inspectFile(path);
  const named = format === 'epub' ? (await openEpub(path)).title : undefined;
  return named ?? nameOf(path);
}

const nameOf = (path: string): string => basename(path, extname(path));

/** Less than this many characters, or different characters, is no novel. */
const FEWEST_CHARACTERS = 200;
const FEWEST_DISTINCT = 20;

function checkEnough(
  text: string,
  { characters, distinct }: { characters: number; distinct: number },
  linesWithWords: number,
  file: string,
): void {
  if (characters >= 10 && distinct <= 3) {
    throw new UserError('text.repeated-character', {
      file,
      character: String.fromCodePoint(text.codePointAt(0)!),
    });
  }
  if (characters < FEWEST_CHARACTERS || distinct < FEWEST_DISTINCT) {
    const isOneLine = linesWithWords === 1 && characters < FEWEST_CHARACTERS;
    const code = isOneLine ? 'text.one-line' : 'text.too-short';
    throw new UserError(code, { file, characters, minimum: FEWEST_CHARACTERS });
  }
}

async function openSource(path: string, { encoding, signal }: ReadNovelOptions): Promise<Source> {
  const { format } = await inspectFile(path);
  const title = nameOf(path);
  if (format === 'epub') {
    const epub = await openEpub(path);
    return { ...epub, title: epub.title ?? title, encoding: { name: 'utf-8', evidence: 'epub' } };
  }
  let known: Source['encoding'];
  if (encoding === undefined) known = await guessEncoding(path, signal);
  else {
    const name = toEncoding(encoding);
    if (!name) throw new UserError('text.unknown-encoding', { encoding, known: ENCODINGS.join(', ') });
    known = { name, evidence: 'option' };
  }
  return { title, encoding: known, lines: () => readLines(path, known.name, signal) };
}

/** Counts characters that could not be decoded (U+FFFD) or have no meaning (private use) as lines pass. */
class UndecodableMeter {
  characters = 0;
  #undecodable = 0;

  get share(): number {
    return this.characters === 0 ? 0 : this.#undecodable / this.characters;
  }

  async *watch(lines: AsyncIterable<string>): AsyncGenerator<string> {
    for await (const line of lines) {
      this.characters += line.trim().length;
      this.#undecodable += line.match(/[\ufffd\ue000-\uf8ff]/g)?.length ?? 0;
      yield line;
    }
  }
}
