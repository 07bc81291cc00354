import { createHash } from 'node:crypto';
import { UserError } from '#errors';
import type { Vocabulary } from '#text';

/** A text as training needs it. Offsets are UTF-16 units into `text`. */
export type TrainingText = {
  readonly title: string;
  readonly text: string;
  readonly chapters: readonly { readonly start: number; readonly end: number }[];
};

/** The sections of all texts, parted into what is trained on and what is held out. */
export type Split = { readonly training: readonly string[]; readonly heldOut: readonly string[] };

/** Where a text has no chapters it is cut into sections of about this many characters, at line ends. */
const SECTION = 3_000;
/** One section of so many is held out. */
const HELD_OUT_EVERY = 20;

/**
 * Holds out one chapter in twenty (at least one a text, if it has three), spread evenly across the book and the
 * same at every call. Text before the first chapter is trained on.
 */
export function splitCorpus(texts: readonly TrainingText[]): Split {
  const training: string[] = [];
  const heldOut: string[] = [];
  for (const text of texts) {
    const sections = sectionsOf(text);
    const count = sections.length < 3 ? 0 : Math.max(1, Math.round(sections.length / HELD_OUT_EVERY));
    const chosen = new Set(
      Array.from({ length: count }, (_, i) => Math.floor(((i + 0.5) * sections.length) / count)),
    );
    sections.forEach((section, i) => {
      (chosen.has(i) ? heldOut : training).push(section);
    });
  }
  return { training, heldOut };
}

/** The chapters of a text, its front matter before them; where it has none, pieces of about 3,000 characters. */
export function sectionsOf({ text, chapters }: TrainingText): string[] {
  if (chapters.length >= 3) {
    const front = text.slice(0, chapters[0]!.start);
    const sections = chapters.map(({ start, end }) => text.slice(start, end));
    return (front.trim() ? [front, ...sections] : sections).map(closed);
  }
  const sections: string[] = [];
  let section = '';
  for (const line of text.replace(/\n$/, '').split('\n')) {
    section += `${line}\n`;
    if (section.length >= SECTION) {
      sections.push(section);
      section = '';
    }
  }
  if (section.trim()) sections.push(section);
  return sections;
}

const closed = (section: string): string => (section.endsWith('\n') ? section : `${section}\n`);

/** The sections one after the other, each behind a start-of-story token. */
export function toStream(sections: readonly string[], vocabulary: Vocabulary): Int32Array {
  const parts = sections.map((section) => vocabulary.encode(section));
  const stream = new Int32Array(parts.reduce((sum, part) => sum + part.length + 1, 0));
  let at = 0;
  for (const part of parts) {
    stream[at] = vocabulary.startOfStory;
    stream.set(part, at + 1);
    at += part.length + 1;
  }
  return stream;
}

/** SHA-256 of what a run learns from, so that a resumed run can tell that it is still the same. */
export function corpusHash({ training, heldOut }: Split): string {
  const hash = createHash('sha256');
  for (const section of [...training, '\u0000', ...heldOut]) hash.update(section).update('\u0000');
  return hash.digest('hex');
}

/**
 * @throws UserError `train.too-short` when there is less than one window a row, `train.nothing-held-out` when
 * the text has too few sections to keep one apart.
 */
export function refuseTooShort(stream: Int32Array, split: Split, batch: number, window: number): void {
  const needed = batch * (window + 1);
  if (stream.length < needed) throw new UserError('train.too-short', { characters: stream.length, needed });
  if (split.heldOut.length === 0)
    throw new UserError('train.nothing-held-out', { characters: stream.length });
}

/** Beginnings of sentences from the first lines of paragraphs, ≤ 24 characters, spread evenly; at most `count`. */
export function openingsOf({ training }: Split, count: number): string[] {
  const found: string[] = [];
  for (const section of training) {
    for (const line of section.split('\n').slice(1)) {
      const opening = /^[\p{Script=Han}：“「『]{4,20}[，。？！]/u.exec(line)?.[0];
      if (opening) found.push(opening);
    }
  }
  const step = Math.max(1, found.length / count);
  return Array.from({ length: Math.min(count, found.length) }, (_, i) => found[Math.floor(i * step)]!);
}
