import path from 'node:path';
import { type Locale, matchLocale } from '#i18n';

/** What the surroundings decide; nothing else in the project reads the environment. */
export type Config = {
  /** The language of everything that is said to the user. */
  readonly locale: Locale;
  /** Folder or safetensors file of the model that writes (`XUXIE_MODEL`, default: the starter). */
  readonly model: string;
  /** Folder in which trainings live (`XUXIE_RUNS`). */
  readonly runs: string;
  /** Folder in which versions of models are kept (`XUXIE_VERSIONS`). */
  readonly versions: string;
  /** Folder of what is kept at run time, novels among it (`XUXIE_DATA`, default: `data` where one stands). */
  readonly data: string;
  /** Address of a Redis server that keeps what is otherwise kept in files of `data` (`XUXIE_STORE`). */
  readonly store?: string | undefined;
  /** File of the key under which everything is encrypted (`XUXIE_KEY_FILE`). */
  readonly keyFile?: string | undefined;
  /** Whether a bug shows its stack (`XUXIE_DEBUG`). */
  readonly debug: boolean;
  /** Whether a terminal may be given colour (`NO_COLOR` unset, `TERM` not `dumb`). */
  readonly color: boolean;
  /** Whether a terminal can take back what it shows (`TERM` not `dumb`). */
  readonly cursor: boolean;
};

const MODELS = path.join(import.meta.dirname, '..', 'models');

/**
 * Reads the settings. The language is the first of `XUXIE_LOCALE`, `LC_ALL`, `LC_MESSAGES` and `LANG` that is
 * set, as POSIX has it; none gives English.
 */
export function readConfig(env: NodeJS.ProcessEnv = process.env): Config {
  return Object.freeze({
    locale: matchLocale(env.XUXIE_LOCALE || env.LC_ALL || env.LC_MESSAGES || env.LANG),
    model: env.XUXIE_MODEL || path.join(MODELS, 'starter'),
    runs: env.XUXIE_RUNS || path.join(MODELS, 'runs'),
    versions: env.XUXIE_VERSIONS || path.join(MODELS, 'versions'),
    data: env.XUXIE_DATA || 'data',
    store: env.XUXIE_STORE || undefined,
    keyFile: env.XUXIE_KEY_FILE || undefined,
    debug: Boolean(env.XUXIE_DEBUG),
    color: !env.NO_COLOR && env.TERM !== 'dumb',
    cursor: env.TERM !== 'dumb',
  });
}
