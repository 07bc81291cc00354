import { LRUCache } from 'lru-cache';
import { z } from 'zod';
import { UserError } from '#errors';
import type { Change, Kind, Storage, Store } from '#storage';
import { decodePlace, encodePlace, type Place } from './kept-state.ts';
import type { Arithmetic, Origin, Segment } from './order.ts';

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

/** Which arithmetic made the states of a store. */
const makerKind: Kind<Arithmetic> = {
  name: 'maker',
  version: 1,
  schema: z.object({ cpu: z.string(), runtime: z.string() }),
};
const MAKER = 'states';

export type StateCacheOptions = {
  /** Units of the model (H). */
  readonly hidden: number;
  /** Bytes of states that are held in memory. */
  readonly hotBytes: number;
  /** Where what outlives the process is kept: of this version alone. */
  readonly storage?: Storage | undefined;
};

/** How a state is kept: in memory only, or in the store too. */
export type Keeping = 'hot' | 'stored';

/** Changes that are gathered before they are written. */
const GATHERED = 64;
/** Characters that are read sooner than a store is asked for what is nearer. */
const NEAR = 256;

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
  /** How often something was forgotten. */
  #forgotten = 0;

  constructor(options: StateCacheOptions) {
    this.#options = options;
    this.#states = options.storage?.store(stateKind);
    this.#hot = new LRUCache({ maxSize: options.hotBytes, sizeCalculation: ({ length }) => length });
  }

  /** Bytes of states in memory. */
  get hotBytes(): number {
    return this.#hot.calculatedSize;
  }

  /**
   * The place behind the last of `segments` that has one, and its index. A place in memory is taken although there may
   * be a nearer one in the store, if little is to be read from it.
   */
  async nearest(
    origin: Origin,
    segments: readonly Pick<Segment, 'passage' | 'text'>[],
  ): Promise<{ readonly place: Place; readonly index: number } | undefined> {
    const keys = segments.map(({ passage }) => keyOf(origin, passage));
    let unread = 0;
    let hot: { readonly place: Place; readonly index: number } | undefined;
    for (let index = keys.length - 1; index >= 0 && !hot; index--) {
      const place = this.#read(this.#hot.get(keys[index]!));
      if (place) hot = { place, index };
      else unread += segments[index]!.text.length;
    }
    if (!this.#states || unread === 0 || (hot && unread <= NEAR)) return hot;
    return (await this.#nearestStored(keys, hot ? hot.index + 1 : 0)) ?? hot;
  }

  /** Keeps a place; that behind `before` leaves the store, if it is to be kept there no longer. */
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
    this.#forgotten++;
    for (const key of [...this.#hot.keys()]) if (isForgotten(key)) this.#hot.delete(key);
    for (const key of this.#changes.keys()) if (isForgotten(key)) this.#changes.set(key, undefined);
    const { storage } = this.#options;
    if (!storage || !this.#states) return;
    await this.flush();
    const drops: Change[] = [];
    for await (const key of storage.keys(stateKind)) {
      if (isForgotten(key)) drops.push(this.#states.drop(key));
    }
    await storage.write(drops);
  }

  /**
   * Takes the store over for one arithmetic: states that another processor or runtime made are not those that this one
   * would make, and are dropped.
   */
  async adopt(arithmetic: Arithmetic): Promise<void> {
    const { storage } = this.#options;
    if (!storage || !this.#states) return;
    const makers = storage.store(makerKind);
    const { cpu, runtime } = arithmetic;
    const maker = await makers.get(MAKER).catch(() => undefined);
    if (maker?.cpu === cpu && maker.runtime === runtime) return;
    const changes: Change[] = [];
    for await (const key of storage.keys(stateKind)) changes.push(this.#states.drop(key));
    await storage.write([...changes, makers.put(MAKER, { cpu, runtime })]);
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

  async #nearestStored(
    keys: readonly string[],
    from: number,
  ): Promise<{ readonly place: Place; readonly index: number } | undefined> {
    const forgotten = this.#forgotten;
    const stored = await this.#stored(keys.slice(from));
    for (let index = keys.length - 1; index >= from; index--) {
      const key = keys[index]!;
      const bytes = this.#changes.has(key) ? this.#changes.get(key) : stored[index - from];
      const place = this.#read(bytes);
      if (!place) continue;
      // What was forgotten meanwhile does not come back.
      if (forgotten === this.#forgotten) this.#hot.set(key, bytes!);
      return { place, index };
    }
    return undefined;
  }

  /** Damaged or away: then the text is read. */
  async #stored(keys: readonly string[]): Promise<readonly (Uint8Array | undefined)[]> {
    await this.#writing;
    const states = this.#states!;
    try {
      return await states.getMany(keys);
    } catch (error) {
      // What was damaged is set aside now, and does not cost the others.
      const isDamage = error instanceof UserError && error.code === 'storage.damaged';
      return isDamage ? states.getMany(keys).catch(() => []) : [];
    }
  }

  #read(bytes: Uint8Array | undefined): Place | undefined {
    return bytes && decodePlace(bytes, this.#options.hidden);
  }
}

const keyOf = (origin: Origin, passage: string): string => `${origin}/${passage}`;
