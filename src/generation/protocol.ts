import type { ModelCard } from '#lstm';
import type { Arithmetic, Order, Written } from './order.ts';

/*
 * What the generation worker is told and what it tells; plain data, so that it can be cloned. A passage is named by
 * a number that the asking side chose.
 */

/** What `workerData` holds. */
export type WorkerOptions = {
  readonly model: string;
  readonly slots: number;
  readonly threads: number;
  /** Where states outlive the worker; absent: nowhere. */
  readonly states?: StatesPlace | undefined;
};

/** A store of states: a file or a namespace in Redis, and the key of encryption. */
export type StatesPlace = (
  | { readonly file: string }
  | { readonly redis: string; readonly namespace: string }
) & { readonly key?: Uint8Array | undefined };

/** An order as it crosses the border. */
export type SentOrder = Omit<Order, 'signal'>;

export type ToWorker =
  | { readonly kind: 'write'; readonly id: number; readonly order: SentOrder }
  | { readonly kind: 'stop'; readonly id: number }
  | { readonly kind: 'forget'; readonly id: number; readonly passages: readonly string[] }
  /** No more passages; the worker ends once those under way have ended. */
  | { readonly kind: 'close' };

export type FromWorker =
  | {
      readonly kind: 'ready';
      readonly vocabulary: unknown;
      readonly about: ModelCard;
      readonly arithmetic: Arithmetic;
    }
  /** Text of the passages that have some, in the order in which it was drawn. */
  | { readonly kind: 'wrote'; readonly passages: readonly WrittenPart[] }
  | { readonly kind: 'refused'; readonly id: number; readonly problem: Problem }
  | { readonly kind: 'forgotten'; readonly id: number }
  /** The worker cannot go on. */
  | { readonly kind: 'failed'; readonly problem: Problem };

export type WrittenPart = { readonly id: number; readonly text: string; readonly end?: Written };

/** An error across the border: one that the user can mend has a code, any other a message. */
export type Problem =
  | { readonly code: string; readonly params: Readonly<Record<string, string | number>> }
  | { readonly message: string };
