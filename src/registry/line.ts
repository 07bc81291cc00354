import { join } from 'node:path';
import { UserError } from '#errors';
import { refusedWriting } from '#lstm';
import type { BuiltIn } from './built-in.ts';
import { describeModel } from './describe-model.ts';
import { discard, makeFolder } from './durable.ts';
import { BUILT_IN, movePointer, type Pointer, readPointer } from './pointer.ts';
import type { VersionDetails, VersionInfo } from './registry.ts';
import { type VersionReader, versionIds } from './version-folder.ts';
import { writeVersion } from './write-version.ts';

/** A version, and how pointers name it: by its id, or as the model that came along. */
export type Keyed = { readonly key: string; readonly version: VersionInfo };

export type LineOptions = {
  readonly name: string;
  /** Where its versions and its pointer stand. */
  readonly folder: string;
  /** The model that counts as one of its versions; of the line `starter` only. */
  readonly builtIn: BuiltIn | undefined;
  readonly reader: VersionReader;
  /** Told what is damaged at a place, and with `undefined` that nothing is. */
  tell(place: string, damage: UserError | undefined): void;
};

/** One line of models in its folder. It remembers nothing: other processes may change the folder at any time. */
export class Line {
  readonly #options: LineOptions;

  constructor(options: LineOptions) {
    this.#options = options;
  }

  get name(): string {
    return this.#options.name;
  }

  /** Whether there is anything of it: of the line `starter` there always is. */
  get exists(): boolean {
    return this.#options.builtIn !== undefined || this.pointer !== 'missing' || this.#ids.length > 0;
  }

  get pointer(): Pointer | 'missing' | 'damaged' {
    return readPointer(this.#options.folder);
  }

  get #ids(): string[] {
    return versionIds(this.#options.folder);
  }

  /** Its versions that are whole, the oldest first. */
  versions(): Keyed[] {
    const keys = [...this.#ids, ...(this.#options.builtIn ? [BUILT_IN] : [])];
    const whole = keys.flatMap((key) => this.readOrTell(key) ?? []);
    const unique = new Map(whole.reverse().map((keyed) => [keyed.version.id, keyed]));
    return [...unique.values()].sort(byAge);
  }

  /** @throws UserError `registry.nothing-current`, what reading the model that came along throws */
  current(): Keyed {
    const { name, tell } = this.#options;
    const { key, version, problem } = this.#choose();
    tell(name, problem && new UserError('registry.stand-in', { line: name, version: version.id, problem }));
    return { key, version };
  }

  /**
   * The version that an id or its beginning names.
   * @throws UserError `registry.no-version`, `registry.ambiguous-version`
   */
  keyOf(typed: string): string {
    const { builtIn, name: line } = this.#options;
    const keys = new Map(this.#ids.map((id) => [id, id]));
    const known = builtIn && this.readOrTell(BUILT_IN)?.version.id;
    if (known !== undefined && !keys.has(known)) keys.set(known, BUILT_IN);
    const found = [...keys.keys()].filter((id) => typed !== '' && id.startsWith(typed.toLowerCase()));
    if (found.length === 0) throw new UserError('registry.no-version', { line, version: typed });
    if (found.length > 1) {
      throw new UserError('registry.ambiguous-version', { version: typed, versions: found.join(', ') });
    }
    return keys.get(found[0]!)!;
  }

  /** @throws UserError `registry.damaged-version`, `registry.newer-version`; `model.*` of the model that came along */
  read(key: string): Keyed {
    const { builtIn, folder, name: line, reader, tell } = this.#options;
    const version = key === BUILT_IN && builtIn ? builtIn.read() : reader.read({ folder, line, id: key });
    tell(`${line}/${key}`, undefined);
    return { key, version };
  }

  async add(from: string, details: VersionDetails, now: number): Promise<VersionInfo> {
    const { builtIn, folder, name: line } = this.#options;
    const same = builtIn && this.readOrTell(BUILT_IN)?.version;
    if (same?.id === describeModel(from).id && !this.#ids.includes(same.id)) return same;
    makeFolder(folder);
    // The first version of its own is not current before it is promoted.
    if (builtIn && !this.#ids.length && this.pointer === 'missing') {
      movePointer(folder, { version: BUILT_IN, previous: null });
    }
    const known = (id: string) => this.readOrTell(id) !== undefined;
    const id = await writeVersion({ folder, line, from, details, now, known });
    return this.read(id).version;
  }

  /** Makes a version current; gives it if it was not. */
  promote(key: string): VersionInfo | undefined {
    const { version } = this.read(key);
    if (version.verdict === 'refused') {
      throw new UserError('registry.refused', { version: version.id, reason: version.reason ?? 'none' });
    }
    const { pointer } = this;
    if (typeof pointer === 'object' && pointer.version === key) return undefined;
    const before = this.#currentKey();
    // Where there is no folder and no other version, there is no choice to write down.
    if (pointer === 'missing' && key === BUILT_IN && this.#ids.length === 0) return undefined;
    movePointer(this.#options.folder, { version: key, previous: before === key ? null : before });
    return version;
  }

  /** @throws UserError `registry.nothing-to-roll-back` */
  previousKey(): string {
    const { pointer } = this;
    if (typeof pointer === 'object' && pointer.previous !== null) return pointer.previous;
    throw new UserError('registry.nothing-to-roll-back', { line: this.name });
  }

  /**
   * Deletes a version.
   * @throws UserError `registry.built-in`, `registry.is-current`, `registry.is-previous`, `model.cannot-write`
   */
  remove(key: string): void {
    if (key === BUILT_IN) throw new UserError('registry.built-in', { version: this.read(key).version.id });
    const { pointer } = this;
    const params = { line: this.name, version: key };
    const named: Partial<Pointer> = typeof pointer === 'object' ? pointer : {};
    if (named.version === key || this.#currentKey() === key) {
      throw new UserError('registry.is-current', params);
    }
    if (named.previous === key) throw new UserError('registry.is-previous', params);
    const place = join(this.#options.folder, key);
    try {
      discard(place);
    } catch (cause) {
      throw refusedWriting(place, cause);
    }
    this.#options.tell(`${this.name}/${key}`, undefined);
  }

  /** What is current, and what is wrong if it only stands in for another. */
  #choose(): Keyed & { readonly problem?: 'version' | 'missing' | 'damaged' } {
    const { builtIn } = this.#options;
    const { pointer } = this;
    // Nothing was ever promoted, and nothing is lost.
    if (pointer === 'missing' && builtIn && this.#ids.length === 0) return this.read(BUILT_IN);
    if (typeof pointer === 'object') {
      return this.#usable(pointer.version) ?? { ...this.#standIn(pointer.previous), problem: 'version' };
    }
    // Between the adding of a line's first version and its promotion there was no choice that could be lost.
    const first = pointer === 'missing' && !builtIn && this.#accepted().length === 1;
    return { ...this.#standIn(null), ...(!first && { problem: pointer }) };
  }

  #currentKey(): string | null {
    try {
      return this.#choose().key;
    } catch (error) {
      if (error instanceof UserError) return null;
      throw error;
    }
  }

  /** @throws UserError `registry.nothing-current`, what reading the model that came along throws */
  #standIn(previous: string | null): Keyed {
    const newestFirst = this.#accepted().reverse();
    const keys = [...(previous === null ? [] : [previous]), ...newestFirst.map(({ key }) => key)];
    for (const key of keys) {
      const usable = this.#usable(key);
      if (usable) return usable;
    }
    if (!this.#options.builtIn) throw new UserError('registry.nothing-current', { line: this.name });
    return this.read(BUILT_IN);
  }

  #accepted(): Keyed[] {
    return this.versions().filter(({ version }) => !version.builtIn && version.verdict === 'accepted');
  }

  #usable(key: string): Keyed | undefined {
    const keyed = this.readOrTell(key);
    return keyed?.version.verdict === 'refused' ? undefined : keyed;
  }

  /** As `read`; where that throws what is damaged, it is told. */
  readOrTell(key: string): Keyed | undefined {
    try {
      return this.read(key);
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      this.#options.tell(`${this.name}/${key}`, error);
      return undefined;
    }
  }
}

const byAge = ({ version: a }: Keyed, { version: b }: Keyed): number =>
  a.createdAt - b.createdAt || (a.id < b.id ? -1 : 1);
