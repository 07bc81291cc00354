import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Entry } from '../../src/storage/backend.ts';
import { Committer } from '../../src/storage/committer.ts';

const entry = (key: string, byte = 0): Entry => ({ key, record: Uint8Array.of(byte) });

/** A committer whose commits end when they are told to. */
function held(now?: () => number) {
  const commits: { keys: string[]; entries: readonly Entry[]; end(error?: Error): void }[] = [];
  const committer = new Committer((entries) => {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const end = (error?: Error) => (error ? reject(error) : resolve());
    commits.push({ keys: entries.map(({ key }) => key), entries, end });
    return promise;
  }, now);
  return { committer, commits };
}

describe('gathering', () => {
  it('what is written in one turn is one commit, what comes while it runs is the next', async () => {
    const { committer, commits } = held();
    const first = Promise.all([committer.write([entry('a'), entry('b')]), committer.write([entry('c')])]);
    await turn();
    const later = Promise.all([
      committer.write([entry('d')]),
      turn().then(() => committer.write([entry('e')])),
    ]);
    await turn();
    await turn();
    expect(commits.map(({ keys }) => keys)).toEqual([['a', 'b', 'c']]);
    commits[0]!.end();
    await first;
    await vi.waitUntil(() => commits.length === 2);
    expect(commits[1]!.keys).toEqual(['d', 'e']);
    commits[1]!.end();
    await later;
  });

  it('of one key the last write counts, and stands behind what came before it', async () => {
    const { committer, commits } = held();
    void committer.write([entry('passage 1'), entry('head', 1)]);
    void committer.write([entry('passage 2'), entry('head', 2), entry('state')]);
    await turn();
    await turn();
    expect(commits[0]!.entries).toEqual([
      entry('passage 1'),
      entry('passage 2'),
      entry('head', 2),
      entry('state'),
    ]);
    commits[0]!.end();
    await committer.settle();
  });

  it('all who share a commit share its failure, and those behind do not', async () => {
    const { committer, commits } = held();
    const shared = Promise.allSettled([committer.write([entry('a')]), committer.write([entry('b')])]);
    await turn();
    const behind = committer.write([entry('c')]);
    commits[0]!.end(new Error('refused'));
    expect((await shared).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    await vi.waitUntil(() => commits.length === 2);
    commits[1]!.end();
    await behind;
  });

  it('a job that wants to be alone has no commit beside it', async () => {
    const { committer, commits } = held();
    void committer.write([entry('a')]);
    await turn();
    let alone = false;
    const job = Promise.withResolvers<void>();
    const done = committer.alone(async () => {
      alone = true;
      await job.promise;
      throw new Error('its own affair');
    });
    const behind = committer.write([entry('b')]);
    await turn();
    expect(alone).toBe(false);
    commits[0]!.end();
    await turn();
    await turn();
    expect(alone).toBe(true);
    expect(commits).toHaveLength(1);
    job.resolve();
    await expect(done).rejects.toThrow('its own affair');
    await vi.waitUntil(() => commits.length === 2);
    commits[1]!.end();
    await behind;
  });
});

describe('the pause behind a commit', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout'] }));
  afterEach(() => void vi.useRealTimers());

  it('is as long as a slow commit took, five milliseconds at most, and none for who comes later', async () => {
    let clock = 0;
    const { committer, commits } = held(() => clock);
    const commitTaking = async (milliseconds: number) => {
      const written = committer.write([entry('a')]);
      await turn();
      await turn();
      clock += milliseconds;
      commits.at(-1)!.end();
      await written;
    };
    await commitTaking(3);
    const second = committer.write([entry('b')]);
    await turn();
    await turn();
    expect(commits).toHaveLength(1);
    vi.advanceTimersByTime(2);
    await turn();
    expect(commits).toHaveLength(1);
    vi.advanceTimersByTime(1);
    await turn();
    expect(commits).toHaveLength(2);
    clock += 80;
    commits[1]!.end();
    await second;
    void committer.write([entry('c')]);
    vi.advanceTimersByTime(5);
    await turn();
    expect(commits).toHaveLength(3);
    commits[2]!.end();
    await committer.settle();
    clock += 1000;
    await commitTaking(0.9);
    await commitTaking(0.9);
    expect(commits).toHaveLength(5);
  });
});
