import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { watchOthers } from './disturbance.ts';

/** How a contestant is started. */
export type ContestantPlan = {
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
};

/** What it did in one round. */
export type Round = {
  /** Characters, or whatever unit it works in. */
  readonly amount: number;
  readonly seconds: number;
  /** Share of all cores that others used meanwhile, 0 … 1; undefined where the system does not tell. */
  readonly disturbance: number | undefined;
};

/** The end of what it complained about, for the message when it fails. */
const COMPLAINT = 600;

/**
 * One process that is measured. It prepares itself, then prints a line `{"ready": {…versions}}`; each line
 * `{"seconds": s}` that it reads is answered by a line `{"amount", "seconds"}` of a round that took at least so long. It ends with its
 * stdin. Every contestant is a process of its own, ours as well: none shares memory or threads with another.
 */
export class Contestant implements AsyncDisposable {
  readonly versions: Readonly<Record<string, string>>;
  readonly #process: ChildProcessByStdio<Writable, Readable, Readable>;
  readonly #answers: AsyncIterator<unknown>;
  readonly #complaint: () => string;

  private constructor(
    child: ChildProcessByStdio<Writable, Readable, Readable>,
    answers: AsyncIterator<unknown>,
    complaint: () => string,
    versions: Readonly<Record<string, string>>,
  ) {
    this.#process = child;
    this.#answers = answers;
    this.#complaint = complaint;
    this.versions = versions;
  }

  /** @throws Error with the end of its stderr, if it does not get ready */
  static async start({ command, args, env }: ContestantPlan): Promise<Contestant> {
    const child = spawn(command, args, {
      stdio: ['pipe', 'pipe', 'pipe'],
      env: { ...process.env, ...env },
    });
    let complaint = '';
    child.stderr.on('data', (data) => {
      complaint = (complaint + data).slice(-COMPLAINT);
    });
    child.on('error', (error) => {
      complaint += error.message;
    });
    child.stdin.on('error', () => {});
    const answers = answersOf(child.stdout);
    const { ready } = (await next(answers, () => complaint)) as { ready: Record<string, string> };
    return new Contestant(child, answers, () => complaint, ready);
  }

  async round(seconds: number): Promise<Round> {
    const others = watchOthers(this.#process.pid!);
    this.#process.stdin.write(`${JSON.stringify({ seconds })}\n`);
    const answer = (await next(this.#answers, this.#complaint)) as Omit<Round, 'disturbance'>;
    return { ...answer, disturbance: others() };
  }

  /** The most memory it ever held, in bytes; undefined where the system does not tell. */
  get peakMemory(): number | undefined {
    return memoryOf(this.#process.pid, 'VmHWM');
  }

  /** The memory it holds now, in bytes; undefined where the system does not tell. */
  get memory(): number | undefined {
    return memoryOf(this.#process.pid, 'VmRSS');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    this.#process.stdin.end();
    await once(this.#process, 'exit');
  }
}

/** The lines that are JSON objects; libraries print others. */
async function* answersOf(stdout: Readable): AsyncGenerator<unknown> {
  for await (const line of createInterface(stdout)) if (line.startsWith('{')) yield JSON.parse(line);
}

async function next(answers: AsyncIterator<unknown>, complaint: () => string): Promise<unknown> {
  const { value, done } = await answers.next();
  if (done) throw new Error(complaint().trim() || 'ended without a word');
  return value;
}

function memoryOf(pid: number | undefined, field: 'VmHWM' | 'VmRSS'): number | undefined {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    const kibibytes = new RegExp(`^${field}:\\s*(\\d+) kB$`, 'm').exec(status)?.[1];
    return kibibytes === undefined ? undefined : Number(kibibytes) * 1024;
  } catch {
    return undefined;
  }
}
