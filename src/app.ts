import type { Readable, Writable } from 'node:stream';
import type { Config } from '#config';
import type { Engine } from '#engines';
import { loadModel } from '#generation';
import { createTranslator } from '#i18n';
import { runConsole } from '#platforms/console';
import { Random } from '#random';

/** What a test puts in the place of the real thing. */
export type Overrides = {
  readonly engine?: Engine;
  readonly random?: Random;
  readonly input?: Readable;
  readonly output?: Writable;
  readonly errors?: Writable;
};

/** The program, wired and not yet started. */
export interface App extends AsyncDisposable {
  /** Runs until the person at the terminal leaves. */
  run(): Promise<void>;
}

/**
 * Wires everything; the one place where parts are chosen. Disposing closes what was opened, last first.
 * @throws UserError what `loadModel` throws
 */
export async function buildApp(config: Config, overrides: Overrides = {}): Promise<App> {
  const resources = new AsyncDisposableStack();
  const model = loadModel(config.model);
  const engine = overrides.engine ?? (await import('#engines/onnx')).onnxEngine;
  const session = resources.use(await engine.open(model, { slots: 1, topK: model.config.vocabulary }));
  return {
    run: () =>
      runConsole({
        input: overrides.input ?? process.stdin,
        output: overrides.output ?? process.stdout,
        errors: overrides.errors ?? process.stderr,
        color: config.color,
        cursor: config.cursor,
        t: createTranslator(config.locale),
        model,
        session,
        random: overrides.random ?? Random.seeded(Date.now(), process.pid),
      }),
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  };
}
