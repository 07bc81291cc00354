import { setImmediate } from 'node:timers/promises';
import { MessageChannel } from 'node:worker_threads';
import { onTestFinished } from 'vitest';
import type { InferenceSession } from '#engines';
import {
  type FromWorker,
  type SentOrder,
  StateCache,
  serveGeneration,
  type ToWorker,
  type WritingModel,
  type Written,
} from '#generation';
import type { Storage } from '#storage';
import { Vocabulary } from '#text';
import { madeModel } from '../fakes/made-model.ts';
import { noiseSession } from '../fakes/noise-session.ts';

const made = madeModel('孙悟空听了，大笑道：“去也！”\n不见……——？。');
const model: WritingModel = { vocabulary: Vocabulary.parse(made.vocabulary), about: made.about };

type End = { readonly text: string; readonly end?: Written; readonly problem?: unknown };

/** What a fake session does beside its work. */
type Around = {
  readonly decode?: () => Promise<unknown> | unknown;
  readonly prefill?: () => Promise<unknown> | unknown;
};

/** A served session of noise, and what asks it. */
export function serving({
  slots = 2,
  storage,
  around = {},
  now,
  rest,
}: {
  slots?: number;
  storage?: Storage;
  now?: () => number;
  rest?: () => void;
  around?: Around;
} = {}) {
  const noise = noiseSession(model.vocabulary, 8, slots);
  // As the real one, it lets messages be heard before each call.
  const session: InferenceSession = {
    ...noise,
    decode: async (...call) => {
      await setImmediate();
      await around.decode?.();
      return noise.decode(...call);
    },
    prefill: async (...call) => {
      await setImmediate();
      await around.prefill?.();
      return noise.prefill(...call);
    },
  };
  const { port1, port2 } = new MessageChannel();
  const states = new StateCache({ hidden: 1, hotBytes: 2 ** 20, storage });
  let ended = false;
  const end = serveGeneration(port2, {
    session,
    model,
    states,
    slots,
    ...(now && { now }),
    ...(rest && { rest }),
  }).then(() => {
    ended = true;
    port2.close();
  });
  onTestFinished(() => port1.close());
  const heard = new Map<number, End>();
  const waiting = new Map<number, (end: End) => void>();
  const settle = (id: number, change: Partial<End>) => {
    const known = { ...(heard.get(id) ?? { text: '' }), ...change };
    if (heard.get(id)?.end || heard.get(id)?.problem) throw new Error(`${id} has ended already`);
    heard.set(id, known);
    if (known.end || known.problem) waiting.get(id)?.(known);
  };
  port1.on('message', (message: FromWorker) => {
    if (message.kind === 'forgotten') settle(message.id, { problem: 'forgotten' });
    if (message.kind === 'refused') settle(message.id, { problem: message.problem });
    if (message.kind !== 'wrote') return;
    for (const part of message.passages)
      settle(part.id, {
        text: (heard.get(part.id)?.text ?? '') + part.text,
        ...(part.end && { end: part.end }),
      });
  });
  const tell = (message: ToWorker) => port1.postMessage(message);
  let next = 0;
  const answer = (id: number) => new Promise<End>((resolve) => waiting.set(id, resolve));
  return {
    states,
    /** Resolves when the service has ended. */
    end,
    get ended() {
      return ended;
    },
    heard: (id: number) => heard.get(id),
    write(asked: SentOrder) {
      const id = next++;
      tell({ kind: 'write', id, order: asked });
      return { id, end: answer(id), stop: () => tell({ kind: 'stop', id }) };
    },
    forget(...passages: string[]) {
      const id = next++;
      tell({ kind: 'forget', id, passages });
      return answer(id);
    },
    close: () => tell({ kind: 'close' }),
  };
}
