import { setImmediate } from 'node:timers/promises';
import type { InferenceSession } from '#engines';
import type { WritingModel } from './load-serving.ts';
import type { Order, Written } from './order.ts';
import { planReading } from './reading-plan.ts';
import { Runner } from './runner.ts';
import { READ_TOKENS } from './scheduler.ts';

/** Writes one order; see `Lease.write`. */
export type Write = (order: Order) => AsyncGenerator<string, Written>;

/** Tokens after which the event loop gets a turn, so that keys are heard while a passage is written. */
const BREATH = 8;

/** Writes on this thread, one passage at a time, in slot 0 of the session, and keeps no states. */
export function writerOn(session: InferenceSession, model: WritingModel): Write {
  return async function* write(order) {
    const runner = new Runner(session, model);
    const plan = planReading(order, model);
    const { text: lead } = runner.begin(0, 0, order, plan);
    if (lead !== '') yield lead;
    let unread = plan.tokens.length - 1;
    for (let count = 1; ; count++) {
      if (order.signal?.aborted) runner.stop(0);
      const read = Math.min(READ_TOKENS, unread);
      unread -= read;
      const step = { read: [{ id: 0, count: read }], draw: unread === 0 ? [0] : [] };
      for (const { text, end, error } of await runner.step(step)) {
        if (text !== '') yield text;
        if (error) throw error;
        if (end) return end;
      }
      if (count % BREATH === 0) await setImmediate();
    }
  };
}
