// needs: redis
import { beforeEach, expect, it } from 'vitest';
import type { UserError } from '#errors';
import { needRedis, redisServer } from '../storage/redis-server.ts';
import { readKept, treeProblems } from './kept.ts';
import { makePlace } from './place.ts';
import { ming, open, outcome, sentencesOf } from './telling.ts';

beforeEach(needRedis);

const WRITERS = 4;

it('a Redis server that is killed, stopped and started while four continue: what was acknowledged is there', async () => {
  const server = await redisServer();
  const { config } = await makePlace({ store: server.url });
  const acknowledged = new Map<string, string>();
  const refusals: UserError[] = [];
  const counts = { rounds: 0, refused: 0, swaps: 0 };
  {
    await using core = await open(config);
    const { stories, generator, registry } = core;
    let stopped = false;
    /** Resolves when every writer had something done, or refused, so many times more. */
    const seen = Array.from({ length: WRITERS }, () => ({ done: 0, refused: 0 }));
    let wake = Promise.withResolvers<void>();
    const every = async (what: 'done' | 'refused', times: number) => {
      const wanted = seen.map((one) => one[what] + times);
      while (seen.some((one, at) => one[what] < wanted[at]!)) await wake.promise;
    };
    const write = async (writer: number) => {
      const { id } = await stories.create(`place-${writer}`);
      for (let n = 0; !stopped; n++) {
        const opening = `第${writer}人的第${n}段，孙悟空听了。`;
        const written = await outcome(stories.continue(id, ming, { opening, settings: { length: 15 } }));
        for (const { id, text } of written.acknowledged) acknowledged.set(id, text);
        if (written.refusal) refusals.push(written.refusal);
        seen[writer]![written.refusal ? 'refused' : 'done']++;
        wake.resolve();
        wake = Promise.withResolvers();
      }
    };
    const writing = Promise.all(Array.from({ length: WRITERS }, (_, writer) => write(writer)));
    await every('done', 3);
    for (const signal of ['SIGKILL', 'SIGTERM', 'SIGKILL', 'SIGTERM'] as const) {
      // Away for longer than anybody waits: whoever writes is told.
      await server.kill(signal);
      await every('refused', 1);
      await server.start();
      await every('done', 3);
      // Away for a moment: nobody needs to be told.
      await server.kill(signal);
      await server.start();
      await every('done', 3);
      const other = registry.versions('starter').find((each) => each.id !== registry.current('starter').id)!;
      await generator.use('starter', other.id);
      counts.swaps++;
      counts.rounds += 2;
    }
    stopped = true;
    await writing;
    expect(core.remarks).toEqual([]);
  }
  await server.kill('SIGKILL');
  await server.start();
  const kept = await readKept(config);
  const lost = [...acknowledged].filter(([id, text]) => kept.passages.get(id)?.text !== text);
  counts.refused = refusals.length;
  console.log(
    JSON.stringify({
      ...counts,
      acknowledged: acknowledged.size,
      kept: kept.passages.size,
      lost: lost.length,
    }),
  );
  expect(lost).toEqual([]);
  expect(treeProblems(kept)).toEqual([]);
  expect(refusals.length).toBeGreaterThanOrEqual(4 * WRITERS);
  for (const refusal of refusals) expect(refusal.code).toBe('storage.unreachable');
  for (const sentence of sentencesOf(refusals[0]!)) expect(sentence).toContain(new URL(server.url).host);
});
