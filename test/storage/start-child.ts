import { type ChildProcess, spawn } from 'node:child_process';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { onTestFinished } from 'vitest';

/** A process of its own, which is gone behind the test. */
export type Child = {
  readonly process: ChildProcess;
  /** Resolves when it has said so many lines more. */
  said(count: number): Promise<void>;
  readonly lines: readonly string[];
  kill(signal: 'SIGKILL' | 'SIGTERM'): Promise<void>;
};

export function startChild(script: string, ...argv: string[]): Child {
  const child = spawn(process.execPath, [path.join(import.meta.dirname, 'children', script), ...argv], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const lines: string[] = [];
  let wake = Promise.withResolvers<void>();
  createInterface({ input: child.stdout }).on('line', (line) => {
    lines.push(line);
    wake.resolve();
    wake = Promise.withResolvers();
  });
  const closed = new Promise<void>((resolve) => child.on('close', () => resolve()));
  const kill = async (signal: 'SIGKILL' | 'SIGTERM') => {
    child.kill(signal);
    await closed;
  };
  onTestFinished(() => kill('SIGKILL'));
  return {
    process: child,
    lines,
    kill,
    async said(count) {
      const wanted = lines.length + count;
      while (lines.length < wanted) {
        if (child.exitCode !== null) throw new Error(`${script} ended with ${child.exitCode}`);
        await Promise.race([wake.promise, closed]);
      }
    },
  };
}
