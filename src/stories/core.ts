import type { Models } from '#generation';
import type { Random } from '#random';
import type { Storage } from '#storage';
import { ModelText } from './model-text.ts';
import { Queue } from './queue.ts';
import type { Person } from './records.ts';
import { Shelf } from './shelf.ts';

export type StoriesOptions = {
  readonly storage: Storage;
  readonly models: Models;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** A new id each time, of letters, digits, - and _. */
  readonly newId: () => string;
  /** For the seeds of passages. */
  readonly random: Random;
  /** Bytes of records held in memory, about; absent: 32 MiB. */
  readonly hotBytes?: number;
  /** Is told why something begun earlier, such as an erasure, could not be finished; it is tried again later. */
  readonly onFailure?: ((error: unknown) => void) | undefined;
};

/** What all that happens to stories needs. */
export type Core = Pick<StoriesOptions, 'models' | 'now' | 'newId' | 'random' | 'onFailure'> & {
  readonly shelf: Shelf;
  /** By story: what changes one waits for what changed it before. */
  readonly queue: Queue;
  readonly modelText: ModelText;
  /** Keys of the intents that are being carried out. */
  readonly underway: Set<string>;
};

export const createCore = ({ storage, hotBytes = 2 ** 25, ...rest }: StoriesOptions): Core => ({
  ...rest,
  shelf: new Shelf(storage, hotBytes),
  queue: new Queue(),
  modelText: new ModelText(),
  underway: new Set(),
});

export const isSamePerson = (one: Pick<Person, 'platform' | 'id'>, other: Pick<Person, 'platform' | 'id'>) =>
  one.platform === other.platform && one.id === other.id;
