import { expect, it } from 'vitest';
import { rewriteLog } from '../../src/storage/redis-rewrite.ts';

const RUNNING = new Error('ERR Background append only file rewriting already in progress');

/** Answers in order; the last one again and again. */
function server(...answers: readonly (string | Error)[]) {
  const asked: string[] = [];
  let at = 0;
  const answer = async (command: string) => {
    asked.push(command);
    const next = answers[Math.min(at++, answers.length - 1)]!;
    if (next instanceof Error) throw next;
    return next;
  };
  return { asked, info: () => answer('info'), bgRewriteAof: () => answer('rewrite') };
}

const state = (process: string, { rewriting = 0, scheduled = 0, status = 'ok' } = {}) =>
  [
    `run_id:${process}`,
    `aof_rewrite_in_progress:${rewriting}`,
    `aof_rewrite_scheduled:${scheduled}`,
    `aof_last_bgrewrite_status:${status}`,
  ].join('\r\n');
const done = state('a');

it.each([
  { name: 'at rest', answers: [done, 'started', done], rewrites: 1 },
  {
    name: 'that rewrites already',
    answers: [state('a', { rewriting: 1 }), done, 'started', done],
    rewrites: 1,
  },
  {
    name: 'that rewrites later',
    answers: [done, 'scheduled', state('a', { scheduled: 1 }), state('a', { rewriting: 1 }), done],
    rewrites: 1,
  },
  { name: 'whom another asked a moment ago', answers: [done, RUNNING, done, 'started', done], rewrites: 2 },
  {
    name: 'that fails',
    answers: [done, 'started', state('a', { status: 'err' }), done, 'started', done],
    rewrites: 2,
  },
  {
    name: 'that is started anew meanwhile',
    answers: [done, 'started', state('b'), state('b'), 'started', state('b')],
    rewrites: 2,
  },
])('a server $name has written its log anew', async ({ answers, rewrites }) => {
  const redis = server(...answers);
  expect(await rewriteLog(redis, (command) => command(), 10_000)).toBe(true);
  expect(redis.asked).toHaveLength(answers.length);
  expect(redis.asked.filter((command) => command === 'rewrite')).toHaveLength(rewrites);
});

it('is not waited for longer than was said', async () => {
  const busy = server(state('a', { rewriting: 1 }));
  expect(await rewriteLog(busy, (command) => command(), 0)).toBe(false);
  expect(busy.asked).toEqual(['info']);
  const failing = server(done, 'started', state('a', { status: 'err' }));
  expect(await rewriteLog(failing, (command) => command(), 0)).toBe(false);
});

it('passes on what the server refuses', async () => {
  const refusal = new Error('NOPERM no permission');
  await expect(rewriteLog(server(done, refusal), (command) => command(), 0)).rejects.toBe(refusal);
});
