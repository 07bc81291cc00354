import type { Format } from '#books';
import type { CoreConfig } from '../../src/open-core.ts';

export type DeepTask =
  | { readonly kind: 'load' }
  /** `other`: another wording half way. */
  | { readonly kind: 'tell'; readonly story: string; readonly other: string }
  | { readonly kind: 'read' | 'erase'; readonly story: string }
  | { readonly kind: 'export'; readonly story: string; readonly format: Format };

/** What a process that works on a deep story is given. */
export type DeepOptions = { readonly config: CoreConfig; readonly task: DeepTask; readonly depth: number };

export type DeepReport = {
  readonly milliseconds: Readonly<Record<string, number>>;
  /** The most memory that the process had. */
  readonly peakMiB: number;
  readonly found: Readonly<Record<string, number | boolean | string>>;
};
