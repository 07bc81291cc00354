import { spawn } from 'node:child_process';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { onTestFinished } from 'vitest';

/** A process of the folder `children`, which is gone behind the test. */
export type Child<Line> = {
  /** Resolves with the next line that fits, past those already seen, or `undefined` when the process has ended. */
  said(fits: (line: Line) => boolean): Promise<Line | undefined>;
  kill(): Promise<void>;
  /** Its exit code, or the signal that ended it. */
  readonly ended: Promise<number | NodeJS.Signals | null>;
};

/** Starts a process that prints JSON, a line each; `hear` is told of each. */
export function startChild<Line>(script: string, options: unknown, hear: (line: Line) => void): Child<Line> {
  const argv = [path.join(import.meta.dirname, 'children', script), JSON.stringify(options)];
  const child = spawn(process.execPath, argv, { stdio: ['ignore', 'pipe', 'inherit'] });
  const waiting = new Set<(line: Line | undefined) => void>();
  createInterface({ input: child.stdout }).on('line', (text) => {
    // The last may have been cut off by the kill.
    const line = parsed<Line>(text);
    if (line === undefined) return;
    hear(line);
    for (const tell of waiting) tell(line);
  });
  const ended = new Promise<number | NodeJS.Signals | null>((resolve) =>
    child.on('close', (code, signal) => resolve(code ?? signal)),
  );
  void ended.then(() => {
    for (const tell of waiting) tell(undefined);
  });
  const kill = async () => {
    child.kill('SIGKILL');
    await ended;
  };
  onTestFinished(() => kill());
  return {
    kill,
    ended,
    said: (fits) =>
      new Promise((resolve) => {
        const tell = (line: Line | undefined) => {
          if (line !== undefined && !fits(line)) return;
          waiting.delete(tell);
          resolve(line);
        };
        waiting.add(tell);
        if (child.exitCode !== null || child.signalCode !== null) tell(undefined);
      }),
  };
}

function parsed<Line>(text: string): Line | undefined {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
