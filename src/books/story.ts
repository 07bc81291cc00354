/** A story as it is kept in a file; types only. */

/** Who wrote a passage; nobody wrote what was erased. */
export type Author =
  | { readonly kind: 'model' }
  | { readonly kind: 'nobody' }
  | {
      readonly kind: 'person';
      readonly platform: string;
      readonly id: string;
      readonly name?: string | undefined;
    };

/** What a passage of the model can be written again from. */
export type FiledReceipt = {
  readonly line: string;
  readonly version: string;
  /** `start`, or `ID+COUNT`: behind so many characters of a passage. */
  readonly origin: string;
  readonly parent: string | null;
  readonly seed: number;
  /** As the generation core takes them; only their form is checked here. */
  readonly settings: Readonly<Record<string, Setting | undefined>>;
  readonly cpu: string;
  readonly runtime: string;
  /** A person ended the passage before the model did. */
  readonly stopped?: true | undefined;
};

export type Setting = string | number | boolean | null | readonly (string | number)[];

export type FiledPassage = {
  readonly id: string;
  readonly parent: string | null;
  /** The first passage of those that one command wrote. */
  readonly turn: string;
  readonly author: Author;
  /** Empty if it was erased. */
  readonly text: string;
  /** Unix time, ms. */
  readonly at: number;
  readonly receipt?: FiledReceipt | undefined;
  /** How surprised the model was, bits per character. */
  readonly bits?: number | undefined;
  /** The passage that this one is another wording of. */
  readonly instead?: string | undefined;
  readonly erased?: true | undefined;
  /** It had a receipt, until a text before it was erased. */
  readonly receiptErased?: true | undefined;
};

/**
 * A whole story, as it is kept outside: what was written, in which tree, and where its branches stand. Records that
 * were read from a file have no prototype, so that a branch may have any name.
 */
export type StoryFile = {
  readonly format: 'xuxie-story';
  readonly version: 1;
  /** Only a key of `chosen`; whoever imports a story gives it another. */
  readonly id: string;
  readonly title: string | null;
  /** The line of models that wrote it. */
  readonly line: string;
  /** Unix time, ms. */
  readonly createdAt: number;
  /** The branch that is written on. */
  readonly branch: string;
  /** Where each branch stands; null before its first passage. */
  readonly branches: Readonly<Record<string, string | null>>;
  readonly remembered: readonly string[];
  /** Which of several continuations was chosen, by their parent or, at the story's start, the story's id. */
  readonly chosen: Readonly<Record<string, string>>;
  /** Parents come before their children. */
  readonly passages: readonly FiledPassage[];
};
