import { type ChildProcess, spawn } from 'node:child_process';
import path from 'node:path';
import { onTestFinished } from 'vitest';
import type { CoreConfig } from '../../src/open-core.ts';

const ROOT = path.join(import.meta.dirname, '..', '..');

/** What `npm start` and its like run, on a place of its own. */
export type Started = {
  readonly process: ChildProcess;
  type(text: string): void;
  end(): void;
  /** Resolves when it has said this, or ended. */
  heard(words: string | RegExp): Promise<void>;
  /** Its exit code, when all was heard. */
  readonly ended: Promise<number | null>;
  readonly output: string;
  readonly errors: string;
};

/** Starts a script of the project as a process, in English and without a terminal. */
export function start(
  script: string,
  { data, model, versions, keyFile, store }: CoreConfig,
  ...argv: string[]
): Started {
  const child = spawn(process.execPath, [path.join(ROOT, script), ...argv], {
    env: {
      PATH: process.env.PATH,
      XUXIE_LOCALE: 'en',
      XUXIE_DATA: data,
      XUXIE_MODEL: model,
      ...(versions && { XUXIE_VERSIONS: versions }),
      ...(keyFile && { XUXIE_KEY_FILE: keyFile }),
      ...(store && { XUXIE_STORE: store }),
    },
    stdio: 'pipe',
  });
  const said = { output: '', errors: '' };
  let wake = Promise.withResolvers<void>();
  const hear = (of: 'output' | 'errors') => (bytes: Buffer) => {
    said[of] += bytes;
    wake.resolve();
    wake = Promise.withResolvers();
  };
  child.stdout.setEncoding('utf8').on('data', hear('output'));
  child.stderr.setEncoding('utf8').on('data', hear('errors'));
  child.stdin.on('error', () => {});
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await ended;
  });
  return {
    process: child,
    type: (text) => child.stdin.write(text),
    end: () => child.stdin.end(),
    async heard(words) {
      const isHeard = () =>
        [said.output, said.errors].some((text) =>
          typeof words === 'string' ? text.includes(words) : words.test(text),
        );
      while (!isHeard() && child.exitCode === null && child.signalCode === null)
        await Promise.race([wake.promise, ended]);
    },
    ended,
    get output() {
      return said.output;
    },
    get errors() {
      return said.errors;
    },
  };
}
