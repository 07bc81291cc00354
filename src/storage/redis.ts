import KeyvRedis, { createClient } from '@keyv/redis';
import { UserError } from '#errors';
import type { Backend } from './backend.ts';
import { refuseSecond } from './redis-hold.ts';
import { patiently } from './redis-patience.ts';
import { rewriteLog } from './redis-rewrite.ts';

/** A Redis server and the prefix of our keys in it. */
export type RedisAddress = {
  /** `redis://` or `rediss://`, with whatever it needs to log in. */
  readonly redis: string;
  readonly namespace: string;
  /** `cache`: may be emptied, for example when it is under another key. */
  readonly durability?: 'full' | 'cache';
  /** Milliseconds after which a server that does not answer is told as unreachable. */
  readonly timeout?: number | undefined;
};

const TIMEOUT = 4000;
/** How many times as long the server may take to write its log anew. */
const REWRITE = 8;
/** Milliseconds between two attempts to connect, doubled from the first to the second. */
const RETRY = { first: 50, last: 500 };
/** Keys that one SCAN looks at. */
const PAGE = 1000;
/** `$`: how RESP marks a string of bytes; they are to stay bytes. */
const BLOB_STRING = 36;
/** What decides whether an acknowledged write is kept. */
const SETTINGS = ['appendonly', 'appendfsync', 'maxmemory', 'maxmemory-policy'];

/**
 * Redis as a backend: @keyv/redis names the keys and reads; what is written goes through one MULTI, since Keyv has none that
 * sets and deletes.
 * @throws UserError `storage.bad-address`, `storage.unreachable`, `storage.refused`, `storage.redis-in-use`
 */
export async function openRedis(
  { redis, namespace, durability = 'full', timeout = TIMEOUT }: RedisAddress,
  onWarning?: (warning: UserError) => void,
): Promise<Backend> {
  const server = serverOf(redis);
  const client = createClient({
    url: redis,
    // Of letters that a name may have; by it a second xuxie is known.
    name: `xuxie:${encodeURIComponent(namespace)}`,
    socket: {
      connectTimeout: timeout,
      reconnectStrategy: (attempts: number) => Math.min(RETRY.first * 2 ** attempts, RETRY.last),
    },
    disableOfflineQueue: true,
    commandOptions: { typeMapping: { [BLOB_STRING]: Buffer } },
  });
  // Its own listener for errors is attached here; without one a lost connection would end the process.
  const keyv = new KeyvRedis<Buffer>(client as never, { namespace, throwOnErrors: true });
  const connection = patiently(client, { server, timeout });
  const nameOf = (key: string): string => keyv.createKeyPrefix(key, namespace);

  try {
    await connection.run(() => client.ping());
    if (durability === 'full') {
      // A server that does not let us see who is connected is used all the same.
      await refuseSecond(client, (command) => connection.run(command), { server, patience: timeout }).catch(
        (error) => {
          if ((error as UserError).code !== 'storage.refused') throw error;
        },
      );
    }
    const settings = await connection.run(() => client.configGet(SETTINGS)).catch(() => undefined);
    warn(settings ?? {}, server, onWarning);
  } catch (error) {
    connection.close();
    throw error;
  }
  return {
    read: (keys) => connection.run(() => keyv.getMany([...keys]) as Promise<(Buffer | undefined)[]>),
    commit: (entries) =>
      connection.run(async () => {
        const multi = client.multi();
        for (const { key, record } of entries) {
          if (record) multi.set(nameOf(key), Buffer.from(record.buffer, record.byteOffset, record.length));
          else multi.unlink(nameOf(key));
        }
        await multi.exec();
      }),
    purge: async () => {
      const patience = REWRITE * timeout;
      if (await rewriteLog(client, (command) => connection.run(command), patience)) return;
      throw new UserError('storage.not-purged', { place: server, reason: 'rewriting' });
    },
    async *keys(prefix) {
      const pattern = `${nameOf(prefix).replaceAll(/[[\]*?\\^-]/g, '\\$&')}*`;
      const seen = new Set<string>();
      let cursor = '0';
      do {
        const page = await connection.run(() => client.scan(cursor, { MATCH: pattern, COUNT: PAGE }));
        cursor = String(page.cursor);
        for (const name of page.keys.map(String)) {
          if (!seen.has(name)) yield name.slice(nameOf('').length);
          seen.add(name);
        }
      } while (cursor !== '0');
    },
    close: async () => connection.close(),
  };
}

/** The address without what logs in. */
function serverOf(redis: string): string {
  if (!URL.canParse(redis)) throw new UserError('storage.bad-address');
  const { host, protocol } = new URL(redis);
  if (!/^rediss?:$/.test(protocol) || host === '') throw new UserError('storage.bad-address');
  return host;
}

/** Says where the server's settings, or their being unknown, let what it acknowledged get lost. */
function warn(
  settings: Readonly<Record<string, unknown>>,
  server: string,
  onWarning?: (warning: UserError) => void,
): void {
  const is = (name: string) => String(settings[name]);
  if (is('appendonly') !== 'yes' || is('appendfsync') !== 'always')
    onWarning?.(new UserError('storage.redis-not-durable', { server }));
  if (is('maxmemory') !== '0' && is('maxmemory-policy') !== 'noeviction')
    onWarning?.(new UserError('storage.redis-evicts', { server }));
}
