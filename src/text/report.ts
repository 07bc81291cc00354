import type { ChangeReason, CleaningEntry, CleaningReport, RemovalReason } from './novel.ts';

const EXAMPLES = 3;
const EXAMPLE_LENGTH = 80;

type Entry = { count: number; characters: number; examples: { line: number; text: string }[] };

/** Counts what cleaning removes and changes while it goes on. */
export class ReportBuilder {
  /** Lines read so far. */
  lines = 0;
  readonly #removed = new Map<RemovalReason, Entry>();
  readonly #changed = new Map<ChangeReason, Entry>();

  /** Notes that `text` of the original `line` was left out. */
  removed(reason: RemovalReason, line: number, text: string): void {
    note(this.#removed, reason, line, text, [...text].length);
  }

  /** Notes that `characters` of the original `line` were changed, shown by `text`. */
  changed(reason: ChangeReason, line: number, text: string, characters: number): void {
    note(this.#changed, reason, line, text, characters);
  }

  /** The report so far. */
  build(): CleaningReport {
    return {
      lines: this.lines,
      removed: Object.fromEntries(this.#removed) as Partial<Record<RemovalReason, CleaningEntry>>,
      changed: Object.fromEntries(this.#changed) as Partial<Record<ChangeReason, CleaningEntry>>,
    };
  }
}

function note<R>(entries: Map<R, Entry>, reason: R, line: number, text: string, characters: number): void {
  let entry = entries.get(reason);
  if (!entry) {
    entry = { count: 0, characters: 0, examples: [] };
    entries.set(reason, entry);
  }
  entry.count++;
  entry.characters += characters;
  if (entry.examples.length < EXAMPLES && text.trim() !== '')
    entry.examples.push({ line, text: shorten(text) });
}

function shorten(text: string): string {
  const characters = [...text];
  return characters.length > EXAMPLE_LENGTH ? `${characters.slice(0, EXAMPLE_LENGTH).join('')}…` : text;
}
