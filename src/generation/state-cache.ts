import { LRUCache } from 'lru-cache';
import { z } from 'zod';
import type { Change, Kind, Storage, Store } from '#storage';
import { decodePlace, encodePlace, type Place } from './kept-state.ts';
import type { Origin } from './order.ts';

/** Characters of a story between two states that stay in the store at most; a head is kept beside them. */
export const SPACING = 1024;

/** Whether the state behind a passage from `begin` to `end` (characters from the story's start) stays in the store. */
export const isSnapshot = (begin: number, end: number): boolean =>
  Math.floor(end / SPACING) > Math.floor(begin / SPACING);

/** Kept states as records: what `encodePlace` makes, under `ORIGIN/PASSAGE`. */
export const stateKind: Kind<Uint8Array> = {
  name: 'state',
  version: 1,
  schema: z.instanceof(Uint8Array) as z.ZodType<Uint8Array>,
};

export type StateCacheOptions = {
  /** Units of the model (H). */
  readonly hidden: number;
  /** Bytes of states that are held in memory. */
  readonly hotBytes: number;
  /** Where what outlives the process is kept: of this version alone. */
  readonly storage?: Storage | undefined;
};

/** How a state is kept: in memory only; in the store until the next head comes; in the store for good. */
export type Keeping = 'hot' | 'head' | 'snapshot';

/** Changes that are gathered before they are written. */
const GATHERED = 64;

/**
 * The states of one model version behind passages, by origin and passage. Nothing but a cache: what is lost is read
 * again, to the same bits. The hot ones are held in memory, the least recently used go first; heads and snapshots
 * are in the store too, written behind, for none of them is needed to be there.
 */
export class StateCache implements AsyncDisposable {
  readonly #hot: LRUCache<string, Uint8Array>;
  readonly #options: StateCacheOptions;
  readonly #states: Store<Uint8Array> | undefined;
  /** What the store does not know yet: states, and `undefined` for those to be dropped. */
  #changes = new Map<string, Uint8Array | undefined>();
  #writing: Promise<void> = Promise.resolve();

  constructor(options: StateCacheOptions) {
    this.#options = options;
    this.#states = options.storage?.store(stateKind);
    this.#hot = new LRUCache({ maxSize: options.hotBytes, sizeCalculation: ({ length }) => length });
  }

  /** Bytes of states in memory. */
  get hotBytes(): number {
    return this.#hot.calculatedSize;
  }

  /** The place behind the last of `passages` that has one, and its index. */
  async nearest(
    origin: Origin,
    passages: readonly string[],
  ): Promise<{ readonly place: Place; readonly index: number } | undefined> {
    for (let index = passages.length - 1; index >= 0; index--) {
      const place = this.#read(this.#inMemory(keyOf(origin, passages[index]!)));
      if (place) return { place, index };
    }
    if (!this.#states) return undefined;
    const keys = passages.map((passage) => keyOf(origin, passage));
    const stored = await this.#stored(keys);
    for (let index = passages.length - 1; index >= 0; index--) {
      const bytes = this.#changes.has(keys[index]!) ? undefined : stored[index];
      const place = this.#read(bytes);
      if (!place) continue;
      this.#hot.set(keys[index]!, bytes!);
      return { place, index };
    }
    return undefined;
  }

  /** Keeps a place; `head`: that behind `before` is no longer one, and leaves the store unless it is a snapshot. */
  keep(origin: Origin, passage: string, place: Place, keeping: Keeping, before?: string): void {
    const key = keyOf(origin, passage);
    const bytes = encodePlace(place);
    this.#hot.set(key, bytes);
    if (!this.#states || keeping === 'hot') return;
    this.#changes.set(key, bytes);
    if (before !== undefined) this.#changes.set(keyOf(origin, before), undefined);
    if (this.#changes.size >= GATHERED) void this.flush();
  }

  /** Drops what is kept behind these passages, whatever the origin; resolves when the store has forgotten it too. */
  async forget(passages: readonly string[]): Promise<void> {
    const forgotten = new Set(passages);
    const isForgotten = (key: string) => forgotten.has(key.slice(key.indexOf('/') + 1));
    for (const key of [...this.#hot.keys(), ...this.#changes.keys()]) {
      if (isForgotten(key)) this.#hot.delete(key);
      if (isForgotten(key)) this.#changes.set(key, undefined);
    }
    const { storage } = this.#options;
    if (!storage || !this.#states) return;
    await this.flush();
    const drops: Change[] = [];
    for await (const key of storage.keys(stateKind)) {
      if (isForgotten(key)) drops.push(this.#states.drop(key));
    }
    await storage.write(drops);
  }

  /** Writes what was gathered. A store that refuses costs nothing but reading. */
  flush(): Promise<void> {
    const { storage } = this.#options;
    const states = this.#states;
    const changes = this.#changes;
    if (!storage || !states || changes.size === 0) return this.#writing;
    this.#changes = new Map();
    const writes = [...changes].map(([key, bytes]) => (bytes ? states.put(key, bytes) : states.drop(key)));
    this.#writing = this.#writing.then(() => storage.write(writes).catch(() => {}));
    return this.#writing;
  }

  /** Writes what was gathered, for the next process. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.flush();
  }

  #inMemory(key: string): Uint8Array | undefined {
    return this.#hot.get(key) ?? this.#changes.get(key);
  }

  async #stored(keys: readonly string[]): Promise<readonly (Uint8Array | undefined)[]> {
    await this.#writing;
    try {
      return await this.#states!.getMany(keys);
    } catch {
      // Damaged or away: then the text is read.
      return [];
    }
  }

  #read(bytes: Uint8Array | undefined): Place | undefined {
    return bytes && decodePlace(bytes, this.#options.hidden);
  }
}

const keyOf = (origin: Origin, passage: string): string => `${origin}/${passage}`;
