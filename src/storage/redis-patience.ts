import { setTimeout as after } from 'node:timers/promises';
import { UserError } from '#errors';

/** What is needed of a Redis client. */
type Client = {
  readonly isReady: boolean;
  readonly socketEpoch: number;
  connect(): Promise<unknown>;
  destroy(): unknown;
  once(event: 'ready', listener: () => void): unknown;
  off(event: 'ready', listener: () => void): unknown;
  on(event: 'error' | 'ready', listener: (error: Error) => void): unknown;
};

/** Milliseconds before a server that is still loading its data is asked again. */
const LOADING = 100;
/** The code with which an error of a Redis server begins, such as `OOM` or `NOPERM`. */
const ERROR_PREFIX = /^[A-Z]{2,}(?= )/;

/**
 * Runs commands on a client, again where the connection broke under them: whoever calls it gives only what may be done
 * twice. A server that stays away for `timeout` milliseconds is told as unreachable; the client goes on looking for it.
 */
export function patiently(client: Client, { server, timeout }: { server: string; timeout: number }) {
  let lastError: Error | undefined;
  client.on('error', (error) => {
    lastError = error;
  });
  client.on('ready', () => {
    lastError = undefined;
  });
  const connect = () => void client.connect().catch(() => {});
  connect();

  const unreachable = () => {
    const reason = lastError ? codeOf(lastError) : 'ETIMEDOUT';
    return new UserError('storage.unreachable', { server, reason }, { cause: lastError });
  };

  async function attempt<T>(action: () => Promise<T>, signal: AbortSignal): Promise<T> {
    for (;;) {
      await ready(client, signal);
      const epoch = client.socketEpoch;
      try {
        return await action();
      } catch (error) {
        signal.throwIfAborted();
        if (/^(LOADING|BUSY) /.test((error as Error).message)) await after(LOADING, undefined, { signal });
        else if (client.isReady && client.socketEpoch === epoch) throw refusal(error, server);
      }
    }
  }

  return {
    /** @throws UserError `storage.unreachable`, `storage.refused` */
    async run<T>(action: () => Promise<T>): Promise<T> {
      const ended = new AbortController();
      const { promise: expired, reject } = Promise.withResolvers<never>();
      const timer = setTimeout(() => {
        ended.abort();
        reject(unreachable());
        // A command that was sent waits for its answer still; whatever comes later must not overtake it.
        if (client.isReady) {
          client.destroy();
          connect();
        }
      }, timeout);
      const attempted = attempt(action, ended.signal);
      attempted.catch(() => {});
      try {
        return await Promise.race([attempted, expired]);
      } finally {
        clearTimeout(timer);
      }
    },
    close(): void {
      client.destroy();
    },
  };
}

async function ready(client: Client, signal: AbortSignal): Promise<void> {
  while (!client.isReady) {
    const { promise, resolve } = Promise.withResolvers<void>();
    client.once('ready', resolve);
    signal.addEventListener('abort', () => resolve(), { once: true });
    await promise;
    client.off('ready', resolve);
    signal.throwIfAborted();
  }
}

/** What a server's refusal is to the user; anything else is a bug. */
function refusal(error: unknown, server: string): unknown {
  const reason = ERROR_PREFIX.exec((error as Error).message)?.[0];
  return reason ? new UserError('storage.refused', { server, reason }, { cause: error }) : error;
}

/** Of the system, of the server, or else of a connection that broke or was never made. */
function codeOf(error: Error): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return code ?? ERROR_PREFIX.exec(message)?.[0] ?? (/timeout/i.test(message) ? 'ETIMEDOUT' : 'ECONNRESET');
}
