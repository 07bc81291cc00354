import { expect, it, onTestFinished, vi } from 'vitest';
import { keepSwept, Stories } from '#stories';
import { watchedStorage } from '../fakes/watched-storage.ts';
import { ming, tell } from './tell.ts';

const DAY = 24 * 60 * 60 * 1000;

it('sweeps at once and once a day, whether or not a sweep fails, until it is disposed of', async () => {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  let count = 0;
  const sweep = async () => {
    if (++count % 2 === 1) throw new Error('no disk');
    return { stories: 0, passages: 0 };
  };
  let resumed = 0;
  const resume = async () => void resumed++;
  const swept = keepSwept({ sweep, resume });
  await vi.advanceTimersByTimeAsync(0);
  expect(count).toBe(1);
  await vi.advanceTimersByTimeAsync(3 * DAY);
  expect([count, resumed]).toEqual([4, 3]);
  await swept[Symbol.asyncDispose]();
  expect(vi.getTimerCount()).toBe(0);
  await vi.advanceTimersByTimeAsync(3 * DAY);
  expect(count).toBe(4);
});

it('empties the trash after 30 days', async () => {
  let clock = 0;
  const { stories } = tell({ now: () => clock });
  const { id } = await stories.create('here');
  await stories.trash(id);
  for (const [days, left] of [
    [29, 1],
    [30, 0],
  ] as const) {
    clock = days * DAY;
    const sweep = vi.fn(stories.sweep.bind(stories));
    const swept = keepSwept({ sweep, resume: () => stories.resume() });
    await vi.waitFor(() => expect(sweep.mock.settledResults[0]?.type).toBe('fulfilled'));
    await swept[Symbol.asyncDispose]();
    expect(await stories.list('here', { trashed: true })).toHaveLength(left);
  }
});

it('ends a sweep under way when it is disposed of, before the store is closed', async () => {
  const storage = watchedStorage();
  const { stories, options } = tell({ storage });
  const { id } = await stories.create('here');
  for (let index = 0; index < 600; index++) await stories.write(id, ming, '云');
  const cold = await Stories.open(options);
  storage.reads = 0;
  const swept = keepSwept(cold);
  await swept[Symbol.asyncDispose]();
  const { reads } = storage;
  await new Promise(setImmediate);
  expect(storage.reads).toBe(reads);
  expect(reads).toBeLessThan(600);
});
