import type { Stories } from './stories.ts';

const DAY = 24 * 60 * 60 * 1000;

/**
 * Sweeps stories that were just opened, and again once a day, with what could not be finished before; in the background.
 * What fails is left for the next time. Disposing resolves when no
 * sweep is under way any more.
 */
export function keepSwept(stories: Pick<Stories, 'sweep' | 'resume'>): AsyncDisposable {
  const stop = new AbortController();
  let last: Promise<unknown> = Promise.resolve();
  const then = (task: () => Promise<unknown>) => {
    last = last.then(task).catch(() => {});
  };
  const sweep = () => stories.sweep(stop.signal);
  const timer = setInterval(() => {
    then(() => stories.resume());
    then(sweep);
  }, DAY);
  timer.unref();
  then(sweep);
  return {
    async [Symbol.asyncDispose]() {
      clearInterval(timer);
      stop.abort();
      await last;
    },
  };
}
