import type { ModelCard } from '#lstm';
import type { Vocabulary } from '#text';
import type { WritingSettings } from './settings.ts';

/**
 * Where the reading of a story began, from the zero state: at its start, or behind the first characters (code
 * points) of a passage, `ID+COUNT`.
 */
export type Origin = 'start' | `${string}+${number}`;

/** One passage of a story, or the rest of it behind an origin, as the model reads it: in the model's script. */
export type Segment = {
  readonly passage: string;
  readonly text: string;
  /** Characters of the story from its start through the end of this passage. */
  readonly end: number;
};

/** What the model is to have read before it writes. */
export type Reading = {
  readonly origin: Origin;
  /** The last passages of the story, oldest first. */
  readonly segments: readonly Segment[];
  /**
   * Whether the segments go back to the origin. If not, the worker goes on from a state that it has kept under the
   * origin; where it has none, it reads the last `MEMORY` characters from zero, a new origin.
   */
  readonly whole: boolean;
  /** The last `RECENT` characters of the story, whatever the origin: what not to repeat, what is open, its names. */
  readonly recent: string;
};

/** One passage to be written. On one machine the same order gives the same text, whoever else is written for. */
export type Order = {
  /** The new passage, under which the state behind it is kept. */
  readonly passage: string;
  /** Whom it counts for when turns are shared out: the server. */
  readonly group: string;
  readonly reading: Reading;
  readonly settings: WritingSettings;
  /** An integer, 0 … 2⁵³ − 1. */
  readonly seed: number;
  /** Passages among the segments of which it is wanted how surprised the model was. */
  readonly measure?: readonly string[];
  /** False: no state is kept, as when a receipt is replayed. */
  readonly keep?: boolean;
  /** Ends the passage after the character that is being drawn; what is there stays. */
  readonly signal?: AbortSignal;
};

/** How surprised the model was by a passage that it read: bits in all, over so many characters. */
export type Surprise = { readonly bits: number; readonly characters: number };

/** What has become of an order. */
export type Written = {
  /** The whole passage, a lead included. */
  readonly text: string;
  /** Where the reading really began. */
  readonly origin: Origin;
  /** By passage, of those to be measured that were read. */
  readonly surprise: Readonly<Record<string, Surprise>>;
};

/** One version of a model, open for writing until it is let go of. */
export interface Lease extends Disposable {
  readonly version: string;
  readonly vocabulary: Vocabulary;
  readonly about: ModelCard;
  /** What the same text depends on beside the order: the class of processor and the version of the runtime. */
  readonly arithmetic: Arithmetic;
  /**
   * Writes one passage and gives out its text as it becomes certain. Without segments it begins with a lead. It is
   * drawn to its end, however slowly it is read; leaving the loop early stops it.
   * @throws UserError `generation.busy`, `text.lone-surrogate`
   */
  write(order: Order): AsyncGenerator<string, Written>;
}

export type Arithmetic = { readonly cpu: string; readonly runtime: string };

/** Where stories get the models that write them. */
export interface Models {
  /**
   * The current version of a line, or a certain one.
   * @throws UserError what opening a model throws, `registry.no-line`, `registry.no-version`
   */
  acquire(line: string, version?: string): Promise<Lease>;
  /** Drops every kept state behind these passages, whatever the version. */
  forget(passages: readonly string[]): Promise<void>;
}
