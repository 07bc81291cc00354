/** What a registry of models must do; types only. */
import type { Manifest } from './manifest.ts';

/** One version of a model. It never changes. */
export type VersionInfo = Omit<Manifest, 'format' | 'files'> & {
  /** The folder or file that `openModel` takes. */
  readonly path: string;
  /** The model that came along, or that was named by `XUXIE_MODEL`: read where it stands, never written to. */
  readonly builtIn: boolean;
};

/** What whoever adds a version says about it; what is left out is taken from the model's own card. */
export type VersionDetails = Pick<VersionInfo, 'verdict'> &
  Partial<Pick<VersionInfo, 'title' | 'base' | 'data' | 'settings' | 'scores' | 'reason'>> & {
    /** Puts what is missing into the copy before it becomes a version, or refuses the model by throwing. */
    prepare?(folder: string): Promise<void>;
  };

/** A version in use; while it is held, the version is not removed. Disposing twice is harmless. */
export type ModelHandle = Disposable & {
  readonly line: string;
  /** The version's id. */
  readonly version: string;
  /** The folder or file that `openModel` takes. */
  readonly path: string;
};

/**
 * Lines of models: of each any number of versions, of which one is current. Where an id is asked for, its first digits
 * are enough if no other version of the line begins with them.
 *
 * Methods that name a line throw UserError `registry.bad-line-name` and `registry.no-line`; those that name a version
 * `registry.no-version`, `registry.ambiguous-version`, and for one that cannot be used `registry.damaged-version` or
 * `registry.newer-version`.
 */
export interface ModelRegistry {
  /** The names of all lines; `starter` is always the first. */
  lines(): readonly string[];
  /** The versions of a line that are whole, the oldest first; of the others `onDamage` is told. */
  versions(line: string): readonly VersionInfo[];
  /**
   * The version with which a line writes. If it cannot be told or used, that is the one before it, else the newest
   * accepted one, and `onDamage` is told.
   * @throws UserError `registry.nothing-current`; for the line `starter` without versions what reading the model throws
   */
  current(line: string): VersionInfo;
  /** To which version `rollback` would go back. */
  previous(line: string): string | null;
  find(line: string, id: string): VersionInfo;
  /**
   * Copies a model (a folder or a safetensors file, with the serving weights and the filter that stand beside it) and
   * keeps it as a version. The line need not exist. A model that is there already is not added twice: then its version
   * is given, as it was.
   * @throws UserError `registry.bad-line-name`, `registry.line-clash`, `model.*` and `text.*` of reading it,
   *   `model.disk-full`, `model.cannot-write`, what `prepare` throws
   */
  add(line: string, from: string, details: VersionDetails): Promise<VersionInfo>;
  /**
   * Makes a version current.
   * @throws UserError `registry.refused`, `model.disk-full`, `model.cannot-write`
   */
  promote(line: string, id: string): VersionInfo;
  /**
   * Promotes the version that was current before.
   * @throws UserError `registry.nothing-to-roll-back`, and as `promote`
   */
  rollback(line: string): VersionInfo;
  /** Calls `listener`, which must not throw, with every version that becomes current. */
  onPromoted(listener: (version: VersionInfo) => void): Disposable;
  /** Tells the listeners what other processes have promoted since this or the last `refresh`. */
  refresh(): void;
  /** Takes a version into use, without an id the current one. */
  acquire(line: string, id?: string): ModelHandle;
  /** Whether someone in this process holds a version (its whole id). */
  inUse(id: string): boolean;
  /**
   * Deletes a version, also a damaged one, and gives its whole id.
   * @throws UserError `registry.is-current`, `registry.is-previous`, `registry.built-in`, `registry.in-use`,
   *   `model.cannot-write`
   */
  remove(line: string, id: string): string;
}
