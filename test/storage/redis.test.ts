// needs: redis
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { createClient } from '@keyv/redis';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import type { UserError } from '#errors';
import { openStorage } from '#storage';
import { passages, storeContract } from '../contracts/store.ts';
import { deafProxy, needRedis, redisServer } from './redis-server.ts';
import { startChild } from './start-child.ts';
import { problemsOf, WRITERS } from './triples.ts';

beforeEach(needRedis);

const place = (redis: string) => ({ redis, namespace: 'xuxie', timeout: 500 });
const text = (id: string) => ({ id, text: id });

for (const { name, key } of [
  { name: 'Redis', key: undefined },
  { name: 'Redis, encrypted', key: new Uint8Array(32).fill(7) },
])
  storeContract(name, async () => {
    const server = await redisServer();
    const limit = async (bytes: string) => {
      const client = await createClient({ url: server.url }).connect();
      await client.configSet('maxmemory', bytes);
      client.destroy();
    };
    return {
      open: () => openStorage({ ...place(server.url), key }),
      refuse: async () => {
        await limit('1');
        return () => limit('0');
      },
    };
  });

describe('a Redis server', () => {
  it('that is away is told within the time it is given, and is used as soon as it is back', async () => {
    const server = await redisServer();
    await using storage = await openStorage(place(server.url));
    const { put, get } = storage.store(passages);
    await storage.write([put('before', text('before'))]);
    await server.kill('SIGKILL');
    const unreachable = { code: 'storage.unreachable', params: { server: new URL(server.url).host } };
    await expect(storage.write([put('lost', text('lost'))])).rejects.toMatchObject(unreachable);
    await expect(get('before')).rejects.toMatchObject(unreachable);
    await expect(openStorage(place(server.url))).rejects.toMatchObject(unreachable);
    await server.start();
    expect((await get('before'))?.text).toBe('before');
    await storage.write([put('after', text('after'))]);
    expect((await get('after'))?.text).toBe('after');
    expect(await get('lost')).toBeUndefined();
  });

  it('that falls silent is told too, and what is written later is not overtaken by what waited', async () => {
    const server = await redisServer();
    await using storage = await openStorage(place(server.url));
    const { put, get } = storage.store(passages);
    await server.kill('SIGSTOP');
    await expect(storage.write([put('a', text('first'))])).rejects.toMatchObject({
      code: 'storage.unreachable',
    });
    await server.kill('SIGCONT');
    await storage.write([put('a', text('second'))]);
    expect((await get('a'))?.text).toBe('second');
  });

  it('whose connection is dead without anybody having said so is looked for anew', async () => {
    const server = await redisServer();
    const proxy = await deafProxy(Number(new URL(server.url).port));
    await using storage = await openStorage(place(proxy.url));
    const { put, get } = storage.store(passages);
    proxy.deafen();
    await expect(storage.write([put('a', text('a'))])).rejects.toMatchObject({ code: 'storage.unreachable' });
    await storage.write([put('b', text('b'))]);
    expect((await get('b'))?.text).toBe('b');
  });

  it('stopped and started while four write: every acknowledged triple is there', {
    timeout: 60_000,
  }, async () => {
    const server = await redisServer();
    const child = startChild('write.ts', JSON.stringify({ ...place(server.url), timeout: 300 }));
    await child.said(100);
    for (const signal of ['SIGKILL', 'SIGTERM', 'SIGKILL'] as const) {
      await server.kill(signal);
      await server.start();
      await child.said(100);
    }
    await child.kill('SIGKILL');
    await server.kill('SIGKILL');
    await server.start();
    const acknowledged = new Array<number>(WRITERS).fill(0);
    for (const line of child.lines.slice(1)) {
      const [writer, n] = line.split(' ').map(Number);
      acknowledged[writer!] = Math.max(acknowledged[writer!]!, n!);
    }
    await using storage = await openStorage(place(server.url));
    expect(await problemsOf(storage, acknowledged)).toEqual([]);
  });

  describe('that writes its log anew', () => {
    /** Records of which each delays that by half a second, and the first says 去也 no more; in the log it still does. */
    async function rewritten() {
      const server = await redisServer();
      const client = await createClient({ url: server.url }).connect();
      onTestFinished(() => client.destroy());
      const storage = await openStorage(place(server.url));
      onTestFinished(() => storage[Symbol.asyncDispose]());
      const { put } = storage.store(passages);
      const delay = (seconds: number) => client.configSet('rdb-key-save-delay', `${seconds * 1e6}`);
      await storage.write([put('a', { id: 'a', text: '去也' })]);
      await delay(0.5);
      await client.bgRewriteAof();
      await delay(0);
      await storage.write([put('a', { id: 'a', text: '' })]);
      const legible = () =>
        readdirSync(path.join(server.folder, 'appendonlydir')).filter((name) =>
          readFileSync(path.join(server.folder, 'appendonlydir', name)).includes('去也'),
        );
      return { server, storage, client, delay, legible };
    }

    it('is waited for, and asked once more: what was erased is in none of its files', async () => {
      const { storage, legible } = await rewritten();
      expect(legible()).not.toEqual([]);
      await storage.purge();
      expect(legible()).toEqual([]);
    });

    it('is told when it takes too long, and whoever writes does not wait for it', async () => {
      const { server, storage, delay } = await rewritten();
      await delay(5);
      const { put } = storage.store(passages);
      const purged = storage.purge().catch((error) => error);
      await storage.write([put('b', text('b'))]);
      const ended = await Promise.race([purged, storage.write([put('c', text('c'))])]);
      expect(ended).toBeUndefined();
      expect(await purged).toMatchObject({
        code: 'storage.not-purged',
        params: { place: new URL(server.url).host, reason: 'rewriting' },
      });
    });
  });

  it('is no reason to show a password', async () => {
    const server = await redisServer('--requirepass', 'geheim-42');
    const told = await openStorage(place(server.url.replace('//', '//:falsch-17@'))).catch((error) => error);
    expect(told).toMatchObject({ code: 'storage.unreachable', params: { reason: 'WRONGPASS' } });
    expect(JSON.stringify([told.message, told.params, `${told.stack}`, `${told.cause}`])).not.toMatch(
      /falsch|geheim/,
    );
    await using storage = await openStorage(place(server.url.replace('//', '//:geheim-42@')));
    await storage.write([storage.store(passages).put('a', text('a'))]);
  });

  it('that may lose or drop what it acknowledged is warned of', async () => {
    const warnings: string[] = [];
    const onWarning = (warning: UserError) => warnings.push(warning.code);
    const careless = await redisServer(
      '--appendfsync',
      'everysec',
      '--maxmemory',
      '64mb',
      '--maxmemory-policy',
      'allkeys-lru',
    );
    await (await openStorage({ ...place(careless.url), onWarning }))[Symbol.asyncDispose]();
    expect(warnings).toEqual(['storage.redis-not-durable', 'storage.redis-evicts']);
    warnings.length = 0;
    const careful = await redisServer();
    await (await openStorage({ ...place(careful.url), onWarning }))[Symbol.asyncDispose]();
    expect(warnings).toEqual([]);
  });

  it('has one xuxie at a time in a database: a second is told, until the first has ended or is killed', async () => {
    const server = await redisServer();
    const child = startChild('write.ts', JSON.stringify(place(server.url)));
    await child.said(2);
    const told = await openStorage(place(server.url)).catch((error) => error);
    expect(told).toMatchObject({
      code: 'storage.redis-in-use',
      params: { server: new URL(server.url).host, address: expect.stringMatching(/^127\.0\.0\.1:\d+$/) },
    });
    for (const elsewhere of [{ redis: `${server.url}/1` }, { namespace: 'xuxie-2' }])
      await (await openStorage({ ...place(server.url), ...elsewhere }))[Symbol.asyncDispose]();
    await child.kill('SIGKILL');
    for (let n = 0; n < 3; n++) await (await openStorage(place(server.url)))[Symbol.asyncDispose]();
    // Of two at once one stays.
    const both = await Promise.allSettled([openStorage(place(server.url)), openStorage(place(server.url))]);
    const open = both.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
    for (const storage of open) await storage[Symbol.asyncDispose]();
    expect(open).toHaveLength(1);
  });

  it('is used also where it does not show who is connected', async () => {
    const server = await redisServer();
    const client = await createClient({ url: server.url }).connect();
    onTestFinished(() => client.destroy());
    await client.sendCommand(['ACL', 'SETUSER', 'default', '-client|list']);
    await using storage = await openStorage(place(server.url));
    await storage.write([storage.store(passages).put('a', text('a'))]);
  });

  it('is shared: a namespace sees nothing of another, not even of one whose name begins alike', async () => {
    const server = await redisServer();
    await using ours = await openStorage(place(server.url));
    await using others = await openStorage({ ...place(server.url), namespace: 'xuxie-states' });
    await using pattern = await openStorage({ ...place(server.url), namespace: '*' });
    const { put } = ours.store(passages);
    await ours.write([put('mine', text('mine'))]);
    await others.write([put('theirs', text('theirs'))]);
    expect(await Array.fromAsync(ours.keys(passages))).toEqual(['mine']);
    expect(await Array.fromAsync(others.keys(passages))).toEqual(['theirs']);
    expect(await Array.fromAsync(pattern.keys(passages))).toEqual([]);
    expect(await ours.store(passages).get('theirs')).toBeUndefined();
  });
});

it.each(['localhost:6379', 'http://localhost', 'redis:', 'what is this'])(
  '%s is no address',
  async (redis) => {
    await expect(openStorage(place(redis))).rejects.toMatchObject({ code: 'storage.bad-address' });
  },
);
