import type { ModelCard } from '#lstm';
import type { Cursor } from './cursor.ts';
import type { WritingSettings } from './settings.ts';

/*
 * What the generation worker is told and what it tells; plain data, so that it can be cloned. A passage is named by
 * a number that the asking side chose.
 */

/** What `workerData` holds. */
export type WorkerOptions = { readonly model: string; readonly slots: number; readonly threads: number };

export type ToWorker =
  | {
      readonly kind: 'write';
      readonly id: number;
      readonly cursor: Cursor;
      readonly opening: string;
      readonly settings: WritingSettings;
      readonly seed: number;
    }
  | { readonly kind: 'stop'; readonly id: number }
  /** No more passages; the worker ends once those under way have ended. */
  | { readonly kind: 'close' };

export type FromWorker =
  | { readonly kind: 'ready'; readonly vocabulary: unknown; readonly about: ModelCard }
  /** Text of the passages that have some, in the order in which it was drawn. */
  | { readonly kind: 'wrote'; readonly passages: readonly WrittenPart[] }
  | { readonly kind: 'refused'; readonly id: number; readonly problem: Problem }
  /** The worker cannot go on. */
  | { readonly kind: 'failed'; readonly problem: Problem };

export type WrittenPart = { readonly id: number; readonly text: string; readonly end?: Cursor };

/** An error across the border: one that the user can mend has a code, any other a message. */
export type Problem =
  | { readonly code: string; readonly params: Readonly<Record<string, string | number>> }
  | { readonly message: string };
