import type { Readable, Writable } from 'node:stream';
import type { Config } from '#config';
import { UserError } from '#errors';
import { createTranslator, describeError, type Translator } from '#i18n';
import { runConsole } from '#platforms/console';
import type { Random } from '#random';
import type { Damage } from '#storage';
import { type CoreConfig, openCore } from './open-core.ts';

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
 * Wires everything; the one place where a platform is chosen. Disposing closes what was opened, last first.
 * @throws UserError what `openCore` throws
 */
export async function buildApp(
  config: Omit<Config, 'versions'> & CoreConfig,
  overrides: Overrides = {},
): Promise<App> {
  const t = createTranslator(config.locale);
  const { errors = process.stderr } = overrides;
  const onRemark = (remark: Damage | UserError) => void errors.write(`${describeRemark(remark, t)}\n`);
  const core = await openCore(config, { random: overrides.random, onRemark });
  const { stories, generator, registry } = core;
  return {
    run: (leaving) =>
      runConsole({
        leaving,
        input: overrides.input ?? process.stdin,
        output: overrides.output ?? process.stdout,
        errors,
        color: config.color,
        cursor: config.cursor,
        t,
        stories,
        models: generator,
        modelLines: () => registry.lines().map((name) => ({ name, title: registry.current(name).title })),
        folder: process.cwd(),
      }),
    [Symbol.asyncDispose]: () => core[Symbol.asyncDispose](),
  };
}

/** What is said of a damage, or of what may lose text. */
function describeRemark(remark: Damage | UserError, t: Translator): string {
  if (remark instanceof UserError) return describeError(remark, t);
  if ('kind' in remark) return describeError(new UserError('storage.damaged', remark), t);
  const { file, movedTo, recovered, lost } = remark;
  return t('storage.damage.file', {
    file,
    movedTo: movedTo ?? 'nowhere',
    recovered,
    lost: lost ?? 'unknown',
  });
}
