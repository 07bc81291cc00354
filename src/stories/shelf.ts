import { LRUCache } from 'lru-cache';
import { UserError } from '#errors';
import type { Change, Kind, Storage, Store } from '#storage';
import { mend } from './mend.ts';
import {
  headOf,
  type Intent,
  intentKind,
  type Links,
  linksKind,
  type Passage,
  type PassageId,
  type Place,
  passageKind,
  placeKind,
  type Story,
  type StoryId,
  storyKind,
  type Tombstone,
  tombstoneKind,
} from './records.ts';
import { type LostRecord, pastDamage } from './survey.ts';

/** Bytes that a record takes in memory, about. */
const sizeOf = (value: object): number =>
  'text' in value ? 600 + 2 * (value.text as string).length : 400 + 60 * Object.keys(value).length;

/**
 * The records of the stories. What was read or written lately is at hand without the store; records are shared and
 * never changed in place. Correctness does not depend on what is at hand.
 */
export class Shelf {
  readonly passages: Store<Passage>;
  readonly links: Store<Links>;
  readonly stories: Store<Story>;
  readonly places: Store<Place>;
  readonly intents: Store<Intent>;
  readonly tombstones: Store<Tombstone>;
  readonly #storage: Storage;
  readonly #hot: LRUCache<string, object>;
  /** By key: what is being made anew. */
  readonly #mending = new Map<string, Promise<unknown>>();
  #mended: Promise<unknown> = Promise.resolve();
  /** By key: the read under way whose answer may be kept at hand; a write of the key revokes it. */
  readonly #reading = new Map<string, Promise<object | undefined>>();

  /** @param bytes how much memory records at hand may take, about */
  constructor(storage: Storage, bytes: number) {
    this.#storage = storage;
    this.#hot = new LRUCache({ maxSize: bytes, sizeCalculation: sizeOf });
    this.passages = this.#cached(passageKind);
    this.links = this.#cached(linksKind);
    this.stories = this.#cached(storyKind);
    this.places = this.#cached(placeKind);
    this.intents = storage.store(intentKind);
    this.tombstones = storage.store(tombstoneKind);
  }

  /** @throws UserError `story.not-found` */
  async story(id: StoryId): Promise<Story> {
    const story = await this.stories.get(id);
    if (!story) throw new UserError('story.not-found', { story: id });
    return story;
  }

  /**
   * A story that may be written in.
   * @throws UserError `story.not-found`, `story.trashed`
   */
  async writable(id: StoryId): Promise<Story> {
    const story = await this.story(id);
    if (story.trashedAt !== undefined)
      throw new UserError('story.trashed', { title: story.title ?? story.id });
    return story;
  }

  /**
   * A passage of a story.
   * @throws UserError `story.no-such-passage`
   */
  async passage(id: PassageId, story: StoryId): Promise<Passage> {
    const passage = await this.passages.get(id);
    if (passage?.story !== story) throw new UserError('story.no-such-passage', { passage: id });
    return passage;
  }

  /** The last passage of a story; null before the first. */
  async head(story: Story): Promise<Passage | null> {
    const id = headOf(story);
    return id === null ? null : ((await this.known(id)) ?? null);
  }

  /** What stands before a passage; null if it is the first. */
  async parentOf({ parent }: Passage): Promise<Passage | null> {
    return parent === null ? null : ((await this.known(parent)) ?? null);
  }

  /** A passage that other records name: if it was lost, one without text takes its place. */
  readonly known = async (id: PassageId): Promise<Passage | undefined> => {
    const passage = await this.passages.get(id);
    if (passage) return passage;
    await this.#mend([{ kind: passageKind.name, key: id }]);
    return this.passages.get(id);
  };

  async childrenOf(id: PassageId | StoryId): Promise<Links> {
    return (await this.links.get(id)) ?? { children: [] };
  }

  /** Writes records in this order, as `Storage.write` does. */
  async write(changes: readonly Change[]): Promise<void> {
    const keys = changes.map(({ kind, key }) => `${kind.name}/${key}`);
    for (const key of keys) this.#reading.delete(key);
    try {
      await this.#storage.write(changes);
    } catch (error) {
      for (const key of keys) this.#hot.delete(key);
      throw error;
    }
    for (const [index, key] of keys.entries()) {
      // A read that began while this was written may have seen what was there before.
      this.#reading.delete(key);
      const { value } = changes[index]!;
      if (value === undefined) this.#hot.delete(key);
      else this.#hot.set(key, value as object);
    }
  }

  /** As `Storage.purge`. */
  purge(): Promise<void> {
    return this.#storage.purge();
  }

  /** The keys of a kind. */
  keys(kind: Pick<Kind<unknown>, 'name'>): AsyncIterable<string> {
    return this.#storage.keys(kind);
  }

  #cached<T extends object>(kind: Kind<T>): Store<T> {
    const store = this.#storage.store(kind);
    const nameOf = (key: string) => `${kind.name}/${key}`;
    const get = async (key: string): Promise<T | undefined> => {
      const name = nameOf(key);
      const hot = this.#hot.get(name) as T | undefined;
      if (hot) return hot;
      const under = this.#reading.get(name);
      if (under) return under as Promise<T | undefined>;
      const read = this.#sound(kind.name, [key], async () => [await store.get(key)]).then(([value]) => value);
      this.#reading.set(name, read);
      try {
        const value = await read;
        if (value && this.#reading.get(name) === read) this.#hot.set(name, value);
        return value;
      } finally {
        if (this.#reading.get(name) === read) this.#reading.delete(name);
      }
    };
    return {
      get,
      getMany: async (keys) => {
        const hot = keys.map((key) => this.#hot.get(nameOf(key)) as T | undefined);
        const missing = keys.filter((_, index) => !hot[index]);
        if (missing.length === 0) return hot;
        const values = await this.#sound(kind.name, missing, () => store.getMany(missing));
        const read = new Map(values.map((value, index) => [missing[index]!, value]));
        return keys.map((key, index) => hot[index] ?? read.get(key));
      },
      put: (key, value) => store.put(key, value),
      drop: (key) => store.drop(key),
      dropDamaged: (key) => store.dropDamaged(key),
    };
  }

  /** What `read` gives; where something was damaged, after it has been made anew. */
  async #sound<T>(
    kind: string,
    keys: readonly string[],
    read: () => Promise<(T | undefined)[]>,
  ): Promise<(T | undefined)[]> {
    let damaged = false;
    const values = await pastDamage(read, () => {
      damaged = true;
    });
    const absent = keys.filter((_, index) => values[index] === undefined);
    // What another read found damaged looks as if it had never been.
    const under = absent.flatMap((key) => this.#mending.get(`${kind}/${key}`) ?? []);
    if (!damaged && under.length === 0) return values;
    await (damaged ? this.#mend(absent.map((key) => ({ kind, key }))) : Promise.all(under));
    return read();
  }

  async #mend(lost: readonly LostRecord[]): Promise<void> {
    const atHand = (kind: string, key: string) => this.#hot.get(`${kind}/${key}`);
    const done = this.#mended.then(() => mend(this.#storage, lost, atHand));
    this.#mended = done.catch(() => {});
    const names = lost.map(({ kind, key }) => `${kind}/${key}`);
    for (const name of names) this.#mending.set(name, done);
    try {
      await done;
    } finally {
      for (const name of names) if (this.#mending.get(name) === done) this.#mending.delete(name);
    }
  }
}
