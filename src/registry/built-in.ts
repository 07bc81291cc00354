import { statSync } from 'node:fs';
import { checkpointFile } from '#lstm';
import { describeModel } from './describe-model.ts';
import { STARTER_LINE } from './line-name.ts';
import type { VersionInfo } from './registry.ts';

/** The model that came along, or that was named by the setting: looked at where it stands, anew when it has changed. */
export class BuiltIn {
  readonly #path: string;
  #seen: { readonly state: string; readonly version: VersionInfo } | undefined;

  constructor(path: string) {
    this.#path = path;
  }

  /** @throws UserError `model.*` and `text.*` of reading it */
  read(): VersionInfo {
    const file = checkpointFile(this.#path);
    const { dev, ino, size, mtimeNs, ctimeNs } = statSync(file, { bigint: true });
    const state = [dev, ino, size, mtimeNs, ctimeNs].join();
    if (this.#seen?.state !== state) {
      const version: VersionInfo = {
        ...describeModel(file),
        line: STARTER_LINE,
        base: null,
        createdAt: Number(mtimeNs / 1_000_000n),
        data: [],
        settings: {},
        verdict: 'accepted',
        path: this.#path,
        builtIn: true,
      };
      this.#seen = { state, version };
    }
    return this.#seen.version;
  }
}
