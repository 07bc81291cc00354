import type { MessagePort } from 'node:worker_threads';
import type { InferenceSession } from '#engines';
import { UserError } from '#errors';
import type { WritingModel } from './load-serving.ts';
import { problemOf } from './problem.ts';
import type { FromWorker, SentOrder, ToWorker, WrittenPart } from './protocol.ts';
import { planReading, type ReadingPlan } from './reading-plan.ts';
import { knows, type PassageEvent, Runner } from './runner.ts';
import { Scheduler } from './scheduler.ts';
import type { StateCache } from './state-cache.ts';

/** Milliseconds between two messages to the asking side: nobody reads faster, and each message costs it time. */
const PACE = 20;
/** Passages that may wait for a row, for each row that there is. */
const WAITING = 4;
/** Passages after whose end it is worth to clear away what they left. */
const MUCH = 512;
/** Milliseconds after which states are written to the store while passages are under way. */
const FLUSH = 500;

type Arriving = {
  readonly order: SentOrder;
  stopped: boolean;
  /** Whether something that it reads was forgotten meanwhile. */
  forgotten: boolean;
};

type Waiting = { readonly order: SentOrder; readonly plan: ReadingPlan };

/** What is needed to serve. */
export type Serving = {
  readonly session: InferenceSession;
  readonly model: WritingModel;
  readonly states: StateCache;
  readonly slots: number;
  /** Milliseconds since some moment. */
  readonly now?: () => number;
  /** Clears away what passages have left behind; called when nobody writes. */
  readonly rest?: () => void;
};

/**
 * Writes what is asked for over `port`, up to `slots` passages side by side, until it is told to close and all have
 * ended.
 */
export async function serveGeneration(port: MessagePort, serving: Serving): Promise<void> {
  const { session, model, states, slots, now = () => performance.now() } = serving;
  const tell = (message: FromWorker) => port.postMessage(message);
  const scheduler = new Scheduler({ slots, waiting: WAITING * slots });
  const runner = new Runner(session, model, states);
  const waiting = new Map<number, Waiting>();
  /** Orders whose states are looked up. */
  const arriving = new Map<number, Arriving>();
  /** Questions other than for a passage that are not answered yet. */
  let owed = 0;
  let closing = false;
  let wake = () => {};

  port.on('message', (message: ToWorker) => {
    if (message.kind === 'write') void arrive(message.id, message.order);
    else if (message.kind === 'stop') stop(message.id);
    else if (message.kind === 'forget') void forget(message.id, message.passages);
    else closing = true;
    wake();
  });

  const parts = new Map<number, WrittenPart>();
  let told = 0;
  const tellParts = () => {
    told = now();
    if (parts.size === 0) return;
    tell({ kind: 'wrote', passages: [...parts.values()] });
    parts.clear();
  };
  let ended = 0;
  const add = ({ id, text, end, error }: PassageEvent) => {
    if (error) return refuse(id, error);
    parts.set(id, { id, text: (parts.get(id)?.text ?? '') + text, ...(end && { end }) });
    if (!end) return;
    scheduler.end(id);
    ended++;
  };

  let flushed = now();
  for (;;) {
    const plan = scheduler.plan();
    for (const { id, slot } of plan.admit) {
      const { order, plan: reading } = waiting.get(id)!;
      waiting.delete(id);
      begin(id, slot, order, reading);
    }
    if (scheduler.running === 0) {
      tellParts();
      void states.flush();
      if (ended >= MUCH) {
        ended = 0;
        serving.rest?.();
      }
      if (closing && scheduler.waiting + arriving.size + owed === 0) return;
      if (scheduler.waiting === 0) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      continue;
    }
    // A step yields to the event loop before the runtime blocks it: that is when messages are heard.
    for (const event of await runner.step(plan)) add(event);
    if (now() - told >= PACE) tellParts();
    if (now() - flushed >= FLUSH) {
      flushed = now();
      void states.flush();
    }
  }

  async function arrive(id: number, order: SentOrder): Promise<void> {
    const one: Arriving = { order, stopped: false, forgotten: false };
    arriving.set(id, one);
    try {
      const { origin, segments } = order.reading;
      const found = await states.nearest(origin, segments);
      const known = one.forgotten ? { ...order, keep: false } : order;
      const plan = planReading(known, model, one.forgotten ? undefined : found);
      if (one.stopped) tell({ kind: 'wrote', passages: [nothing(id, plan)] });
      else take(id, known, plan);
    } catch (error) {
      tell({ kind: 'refused', id, problem: problemOf(error) });
    } finally {
      arriving.delete(id);
      wake();
    }
  }

  function take(id: number, order: SentOrder, plan: ReadingPlan): void {
    const unread = plan.tokens.length - 1;
    const { group, settings } = order;
    if (!scheduler.add({ id, group, unread, cost: settings.length + unread }))
      throw new UserError('generation.busy', { waiting: scheduler.waiting });
    waiting.set(id, { order, plan });
  }

  function begin(id: number, slot: number, order: SentOrder, plan: ReadingPlan): void {
    try {
      add(runner.begin(id, slot, order, plan));
    } catch (error) {
      refuse(id, error);
    }
  }

  function stop(id: number): void {
    runner.stop(id);
    const one = arriving.get(id);
    if (one) one.stopped = true;
    if (!scheduler.withdraw(id)) return;
    tell({ kind: 'wrote', passages: [nothing(id, waiting.get(id)!.plan)] });
    waiting.delete(id);
  }

  function refuse(id: number, error: unknown): void {
    scheduler.end(id);
    parts.delete(id);
    tell({ kind: 'refused', id, problem: problemOf(error) });
  }

  async function forget(id: number, passages: readonly string[]): Promise<void> {
    owed++;
    try {
      const forgotten = new Set(passages);
      // What is written behind a forgotten passage at this moment is not kept either.
      runner.forget(forgotten);
      for (const one of arriving.values()) one.forgotten ||= knows(one.order, forgotten);
      for (const [waits, { order, plan }] of waiting)
        if (knows(order, forgotten)) waiting.set(waits, { order: { ...order, keep: false }, plan });
      await states.forget(passages);
      tell({ kind: 'forgotten', id });
    } catch (error) {
      tell({ kind: 'refused', id, problem: problemOf(error) });
    } finally {
      owed--;
      wake();
    }
  }
}

/** The end of a passage that was stopped before it began. */
const nothing = (id: number, { origin }: ReadingPlan): WrittenPart => ({
  id,
  text: '',
  end: { text: '', origin, surprise: {} },
});
