import { join } from 'node:path';
import { UserError } from '#errors';
import { BuiltIn } from './built-in.ts';
import { sweep } from './durable.ts';
import { Line } from './line.ts';
import { clash, lineNameOf, STARTER_LINE } from './line-name.ts';
import { BUILT_IN } from './pointer.ts';
import type { ModelHandle, ModelRegistry, VersionDetails, VersionInfo } from './registry.ts';
import { entriesOf, VersionReader } from './version-folder.ts';

export type RegistryOptions = {
  /** Where versions are kept; made with the first one. */
  readonly folder: string;
  /** Folder or file of the model with which the line `starter` writes until one of its own versions is promoted. */
  readonly starter: string;
  /** Told what is damaged and what is used instead: once, until it is mended and damaged again. */
  onDamage?(damage: UserError): void;
  /** Milliseconds since 1970. */
  now?(): number;
};

/** Opens the registry in a folder, and clears away what killed processes have left half done there. */
export function openRegistry(options: RegistryOptions): ModelRegistry {
  for (const entry of entriesOf(options.folder)) {
    if (entry.isDirectory()) sweep(join(options.folder, entry.name));
  }
  return new FolderRegistry(options);
}

class FolderRegistry implements ModelRegistry {
  readonly #options: RegistryOptions;
  readonly #builtIn: BuiltIn;
  readonly #reader = new VersionReader();
  readonly #listeners = new Set<(version: VersionInfo) => void>();
  /** How many handles there are of each version. */
  readonly #handles = new Map<string, number>();
  /** What was told of the damage at a place. */
  readonly #told = new Map<string, string>();
  /** The keys that the pointers named when they were last looked at. */
  #seen: Map<string, string>;

  constructor(options: RegistryOptions) {
    this.#options = options;
    this.#builtIn = new BuiltIn(options.starter);
    this.#seen = this.#pointers();
  }

  lines(): string[] {
    const names = entriesOf(this.#options.folder)
      .filter((entry) => entry.isDirectory() && isLineName(entry.name))
      .map(({ name }) => name.normalize('NFC'))
      .filter((name) => name !== STARTER_LINE && this.#at(name).exists);
    return [STARTER_LINE, ...names.sort()];
  }

  versions(line: string): VersionInfo[] {
    return this.#line(line)
      .versions()
      .map(({ version }) => version);
  }

  current(line: string): VersionInfo {
    return this.#line(line).current().version;
  }

  previous(line: string): string | null {
    const own = this.#line(line);
    const { pointer } = own;
    if (typeof pointer !== 'object' || pointer.previous === null) return null;
    return pointer.previous === BUILT_IN ? own.read(BUILT_IN).version.id : pointer.previous;
  }

  find(line: string, id: string): VersionInfo {
    const own = this.#line(line);
    return own.read(own.keyOf(id)).version;
  }

  async add(line: string, from: string, details: VersionDetails): Promise<VersionInfo> {
    const name = lineNameOf(line);
    const other = this.lines().find((existing) => clash(existing, name));
    if (other !== undefined) throw new UserError('registry.line-clash', { line: name, other });
    return this.#at(name).add(from, details, (this.#options.now ?? Date.now)());
  }

  promote(line: string, id: string): VersionInfo {
    const own = this.#line(line);
    return this.#promote(own, own.keyOf(id));
  }

  rollback(line: string): VersionInfo {
    const own = this.#line(line);
    return this.#promote(own, own.previousKey());
  }

  onPromoted(listener: (version: VersionInfo) => void): Disposable {
    const own = (version: VersionInfo) => listener(version);
    this.#listeners.add(own);
    return { [Symbol.dispose]: () => void this.#listeners.delete(own) };
  }

  refresh(): void {
    const before = this.#seen;
    this.#seen = this.#pointers();
    for (const [line, key] of this.#seen) {
      if (before.get(line) === key) continue;
      const promoted = this.#at(line).readOrTell(key);
      if (promoted) this.#announce(promoted.version);
    }
  }

  acquire(line: string, id?: string): ModelHandle {
    const info = id === undefined ? this.current(line) : this.find(line, id);
    const { id: version, line: name, path } = info;
    this.#handles.set(version, (this.#handles.get(version) ?? 0) + 1);
    let held = true;
    const release = () => {
      if (!held) return;
      held = false;
      const rest = this.#handles.get(version)! - 1;
      if (rest > 0) this.#handles.set(version, rest);
      else this.#handles.delete(version);
    };
    return { line: name, version, path, [Symbol.dispose]: release };
  }

  inUse(id: string): boolean {
    return this.#handles.has(id);
  }

  remove(line: string, id: string): string {
    const own = this.#line(line);
    const key = own.keyOf(id);
    if (this.inUse(key)) throw new UserError('registry.in-use', { line: own.name, version: key });
    own.remove(key);
    return key;
  }

  #promote(line: Line, key: string): VersionInfo {
    const moved = line.promote(key);
    if (!moved) return line.read(key).version;
    this.#seen.set(line.name, key);
    this.#announce(moved);
    return moved;
  }

  #announce(version: VersionInfo): void {
    for (const listener of this.#listeners) listener(version);
  }

  /** The keys that the pointers name, by line. */
  #pointers(): Map<string, string> {
    const named = this.lines().flatMap((name) => {
      const { pointer } = this.#at(name);
      return typeof pointer === 'object' ? [[name, pointer.version] as const] : [];
    });
    return new Map(named);
  }

  /** @throws UserError `registry.bad-line-name`, `registry.no-line` */
  #line(typed: string): Line {
    const line = this.#at(lineNameOf(typed));
    if (!line.exists) throw new UserError('registry.no-line', { line: typed });
    return line;
  }

  #at(name: string): Line {
    return new Line({
      name,
      folder: join(this.#options.folder, name),
      builtIn: name === STARTER_LINE ? this.#builtIn : undefined,
      reader: this.#reader,
      tell: (place, damage) => this.#tell(place, damage),
    });
  }

  #tell(place: string, damage: UserError | undefined): void {
    if (!damage) this.#told.delete(place);
    else if (this.#told.get(place) !== damage.message) {
      this.#told.set(place, damage.message);
      this.#options.onDamage?.(damage);
    }
  }
}

function isLineName(name: string): boolean {
  try {
    lineNameOf(name);
    return true;
  } catch {
    return false;
  }
}
