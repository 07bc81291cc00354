import type { Passage, PassageId, Story, StoryId } from '#stories';
import type { CoreConfig } from '../../src/open-core.ts';

/** What a telling child is given. */
export type TellOptions = {
  readonly config: CoreConfig;
  /** Versions between which it swaps. */
  readonly versions: readonly string[];
  readonly seed: number;
  /** How many stories it tells at once. */
  readonly stories: number;
};

/** A passage as it was acknowledged. */
export type SaidPassage = Pick<Passage, 'id' | 'story' | 'parent' | 'text'> & { readonly person?: string };

/** What is acknowledged of a story by what moves its head or changes its branches and names. */
export type SaidStory = Pick<Story, 'id' | 'branch' | 'branches' | 'remembered'>;

/** What begins, by number: an operation on a story, on all stories, or a swap. */
export type Begun = {
  readonly begin: number;
  readonly op: string;
  readonly story?: StoryId;
  /** The passage that it erases, or the person whose passages. */
  readonly erases?: PassageId;
  readonly erasesAllBy?: string;
  readonly uses?: string;
};

/** A line that a child prints: each acknowledgement behind its `begin`, in the order in which the promises resolved. */
export type Said =
  | { readonly phase: 'opening' | 'open' }
  | Begun
  | { readonly of: number; readonly passage: SaidPassage }
  | { readonly of: number; readonly story: SaidStory }
  /** The promise has resolved, or was refused for a reason that a person understands. */
  | { readonly end: number; readonly refused?: string }
  | { readonly bug: string };
