import type { Readable, Writable } from 'node:stream';
import type { Config } from '#config';
import { GenerationThread } from '#generation';
import { createTranslator } from '#i18n';
import { runConsole } from '#platforms/console';
import { Random } from '#random';

/** Passages that are written side by side at most. */
const SLOTS = 64;
/** Of the runtime; more than two gain nothing at this size. */
const THREADS = 2;
const WORKER = new URL('./generation-worker.ts', import.meta.url);

/** What a test puts in the place of the real thing. */
export type Overrides = {
  readonly random?: Random;
  readonly input?: Readable;
  readonly output?: Writable;
  readonly errors?: Writable;
};

/** The program, wired and not yet started. */
export interface App extends AsyncDisposable {
  /** Runs until the person at the terminal leaves, or `leaving` is aborted since nobody reads any more. */
  run(leaving?: AbortSignal): Promise<void>;
}

/**
 * Wires everything; the one place where parts are chosen. Disposing closes what was opened, last first.
 * @throws UserError what `openModel` throws
 */
export async function buildApp(config: Config, overrides: Overrides = {}): Promise<App> {
  const resources = new AsyncDisposableStack();
  const options = { model: config.model, slots: SLOTS, threads: THREADS };
  const thread = resources.use(await GenerationThread.start(WORKER, options));
  return {
    run: (leaving) =>
      runConsole({
        leaving,
        input: overrides.input ?? process.stdin,
        output: overrides.output ?? process.stdout,
        errors: overrides.errors ?? process.stderr,
        color: config.color,
        cursor: config.cursor,
        t: createTranslator(config.locale),
        model: thread,
        write: thread.write,
        random: overrides.random ?? Random.seeded(Date.now(), process.pid),
      }),
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  };
}
