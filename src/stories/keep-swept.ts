import type { Stories } from './stories.ts';

const DAY = 24 * 60 * 60 * 1000;

/**
 * Sweeps at once and then once a day, in the background; what fails is left for the next time. Disposing resolves when no
 * sweep is under way any more.
 */
export function keepSwept(stories: Pick<Stories, 'sweep'>): AsyncDisposable {
  const stop = new AbortController();
  let last: Promise<unknown> = Promise.resolve();
  const sweep = () => {
    last = last.then(() => stories.sweep(stop.signal)).catch(() => {});
  };
  const timer = setInterval(sweep, DAY);
  timer.unref();
  sweep();
  return {
    async [Symbol.asyncDispose]() {
      clearInterval(timer);
      stop.abort();
      await last;
    },
  };
}
