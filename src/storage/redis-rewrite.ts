import { setTimeout as after } from 'node:timers/promises';

/** What is needed of a Redis client. */
type Server = { info(): Promise<unknown>; bgRewriteAof(): Promise<unknown> };

/** Milliseconds before the server is asked again how far it is. */
const PAUSE = 100;

/**
 * Has a Redis server write its log anew, from what it holds at some moment behind the call: behind a rewriting that runs already,
 * which began earlier, and once more where one fails or the server is started anew meanwhile. `run` runs one command.
 * @returns whether it was done within `patience` milliseconds
 */
export async function rewriteLog(
  server: Server,
  run: <T>(command: () => Promise<T>) => Promise<T>,
  patience: number,
): Promise<boolean> {
  const until = performance.now() + patience;
  const ask = async () => stateIn(String(await run(() => server.info())));

  /** What the server says once no rewriting runs or is to come; `undefined` when that takes too long. */
  async function rested() {
    for (;;) {
      const state = await ask();
      if (!state.rewriting) return state;
      if (performance.now() >= until) return undefined;
      await after(PAUSE);
    }
  }

  for (;;) {
    const before = await rested();
    if (!before) return false;
    const begun = await run(() => server.bgRewriteAof().then(() => true, unlessRunning));
    const behind = begun && (await rested());
    if (behind === undefined) return false;
    if (behind && behind.process === before.process && behind.succeeded) return true;
    if (performance.now() >= until) return false;
    await after(PAUSE);
  }
}

/** Somebody else began one a moment ago; the error has no code of its own. */
function unlessRunning(error: Error): false {
  if (/already in progress/.test(error.message)) return false;
  throw error;
}

function stateIn(info: string) {
  const of = (field: string) => new RegExp(`^${field}:(\\w+)`, 'm').exec(info)?.[1];
  return {
    /** Another one whenever the server is started. */
    process: of('run_id'),
    rewriting: of('aof_rewrite_in_progress') === '1' || of('aof_rewrite_scheduled') === '1',
    succeeded: of('aof_last_bgrewrite_status') === 'ok',
  };
}
