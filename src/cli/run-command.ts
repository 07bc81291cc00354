import { createHash } from 'node:crypto';
import type { Writable } from 'node:stream';
import { type Config, readConfig } from '#config';
import { UserError } from '#errors';
import { createTranslator, describeError, type Translator } from '#i18n';
import { HelpRequest, UsageError } from './flags.ts';
import { usage } from './usage.ts';

/** Where a command speaks, and its settings. */
export type Surroundings = {
  readonly config: Config;
  readonly stdout: Writable;
  readonly stderr: Writable;
  /** The command ends by itself when its signal is aborted: it holds a thread that must not be cut off. */
  readonly endsItself: boolean;
};

/**
 * Runs a command to its end and sets the exit code: 0 done, 1 failed, 2 typed wrongly. What the user can mend
 * is one sentence on stderr; anything else is a bug and shows an id, the same for the same bug, and its stack
 * under XUXIE_DEBUG only. A reader that closes the pipe early (`| head`) ends the command quietly: `leaving` is
 * aborted, and the process ended unless the command ends itself.
 */
export async function runCommand(
  main: (t: Translator, config: Config, leaving: AbortSignal) => Promise<void>,
  surroundings: Partial<Surroundings> = {},
): Promise<void> {
  const { config = readConfig(), stdout = process.stdout, stderr = process.stderr } = surroundings;
  const { endsItself = false } = surroundings;
  const t = createTranslator(config.locale);
  const leaving = new AbortController();
  const leave = (error: Error) => {
    if (leaving.signal.aborted) return;
    if (!isBrokenPipe(error)) process.exitCode = 1;
    leaving.abort();
    if (!endsItself) process.exit();
  };
  stdout.on('error', (error) => {
    if (!isBrokenPipe(error) && !leaving.signal.aborted)
      stderr.write(`${describeError(cannotPrint(error), t)}\n`);
    leave(error);
  });
  stderr.on('error', leave);
  try {
    await main(t, config, leaving.signal);
  } catch (error) {
    if (error instanceof HelpRequest) {
      stdout.write(usage(error.spec, t));
    } else if (error instanceof UserError) {
      stderr.write(`${describeError(error, t)}\n`);
      process.exitCode = error instanceof UsageError ? 2 : 1;
    } else if (!isBrokenPipe(error)) {
      stderr.write(`${t('cli.bug', { id: bugId(error) })}\n`);
      if (config.debug) stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
      process.exitCode = 1;
    }
  }
}

const isBrokenPipe = (error: unknown): boolean => (error as NodeJS.ErrnoException | null)?.code === 'EPIPE';

const cannotPrint = (error: NodeJS.ErrnoException): UserError =>
  new UserError('cli.cannot-print', { code: error.code ?? error.message }, { cause: error });

/** Names a bug by where it arose, so that two reports of the same one can be laid together. */
function bugId(error: unknown): string {
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  const place = stack.replaceAll(/\(?(?:file:\/\/)?\/\S*\//g, '').split('\n', 3);
  return createHash('sha256').update(place.join('\n')).digest('hex').slice(0, 8);
}
