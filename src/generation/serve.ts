import { once } from 'node:events';
import type { MessagePort } from 'node:worker_threads';
import type { InferenceSession } from '#engines';
import { UserError } from '#errors';
import { Random } from '#random';
import { Batch, type DrawingModel } from './batch.ts';
import type { FromWorker, Problem, ToWorker, WrittenPart } from './protocol.ts';

/** Milliseconds between two messages to the asking side: nobody reads faster, and each message costs it time. */
const PACE = 20;

type Request = Extract<ToWorker, { kind: 'write' }>;

/**
 * Writes what is asked for over `port`, up to `slots` passages at a time and the others in the order in which they
 * came, until it is told to close and all have ended.
 */
export async function serveGeneration(
  port: MessagePort,
  session: InferenceSession,
  model: DrawingModel,
  slots: number,
): Promise<void> {
  const tell = (message: FromWorker) => port.postMessage(message);
  const batch = new Batch(session, model, slots);
  const waiting: Request[] = [];
  const stopped = new Set<number>();
  let closing = false;
  port.on('message', (message: ToWorker) => {
    if (message.kind === 'write') waiting.push(message);
    else if (message.kind === 'stop') {
      batch.stop(message.id);
      if (waiting.some(({ id }) => id === message.id)) stopped.add(message.id);
    } else closing = true;
  });

  const parts = new Map<number, WrittenPart>();
  let told = 0;
  const tellParts = (now: number) => {
    told = now;
    if (parts.size === 0) return;
    tell({ kind: 'wrote', passages: [...parts.values()] });
    parts.clear();
  };

  for (;;) {
    while (!batch.isFull && waiting.length > 0) begin(waiting.shift()!);
    if (batch.size === 0) {
      tellParts(performance.now());
      if (closing) return;
      await once(port, 'message');
      continue;
    }
    // A step yields to the event loop before the runtime blocks it: that is when messages are heard.
    for (const { id, text, end } of await batch.step()) {
      parts.set(id, { id, text: (parts.get(id)?.text ?? '') + text, ...(end && { end }) });
    }
    const now = performance.now();
    if (now - told >= PACE) tellParts(now);
  }

  function begin({ id, cursor, opening, settings, seed }: Request): void {
    try {
      batch.add(id, { cursor, opening, settings, random: Random.seeded(seed) });
      if (stopped.delete(id)) batch.stop(id);
    } catch (error) {
      tell({ kind: 'refused', id, problem: problemOf(error) });
    }
  }
}

/** An error as it crosses the border. */
export function problemOf(error: unknown): Problem {
  if (error instanceof UserError) return { code: error.code, params: error.params };
  return { message: error instanceof Error ? (error.stack ?? error.message) : String(error) };
}

/** The error that stands on this side of the border for a problem on the other. */
export const errorOf = (problem: Problem): Error =>
  'code' in problem ? new UserError(problem.code, problem.params) : new Error(problem.message);
