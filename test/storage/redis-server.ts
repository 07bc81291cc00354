import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { onTestFinished, type TestContext } from 'vitest';
import { temporaryFolder } from './folder.ts';

const have = spawnSync('redis-server', ['--version']).status === 0;

/** Ends a test that needs redis-server where it is not installed, so that the run names it with the reason. */
export function needRedis({ skip }: TestContext): void {
  skip(!have, 'needs redis-server (Debian: apt-get install redis-server)');
}

export type RedisServer = {
  readonly url: string;
  /** Where it keeps its files. */
  readonly folder: string;
  start(): Promise<void>;
  /** Ends at once, as a machine does, or, with SIGTERM, in order; with SIGSTOP it only falls silent. */
  kill(signal: 'SIGKILL' | 'SIGTERM' | 'SIGSTOP' | 'SIGCONT'): Promise<void>;
};

/** A server with a folder of its own that keeps everything it acknowledged. */
export async function redisServer(...settings: string[]): Promise<RedisServer> {
  const folder = temporaryFolder();
  const port = await freePort();
  const durable = ['--appendonly', 'yes', '--appendfsync', 'always', '--save', ''];
  let child: ReturnType<typeof spawn> | undefined;
  const server: RedisServer = {
    url: `redis://127.0.0.1:${port}`,
    folder,
    async start() {
      const argv = ['--port', `${port}`, '--bind', '127.0.0.1', '--dir', folder, ...durable, ...settings];
      child = spawn('redis-server', argv, { stdio: ['ignore', 'pipe', 'ignore'] });
      for await (const words of child.stdout!)
        if (String(words).includes('Ready to accept connections')) break;
    },
    async kill(signal) {
      const closed = once(child!, 'close');
      child!.kill(signal);
      if (signal === 'SIGKILL' || signal === 'SIGTERM') await closed;
    },
  };
  onTestFinished(async () => {
    if (child?.exitCode === null && child.signalCode === null) await server.kill('SIGKILL');
  });
  await server.start();
  return server;
}

/** A way to a server on which the connections of the moment can be made to lead nowhere; later ones lead there again. */
export async function deafProxy(port: number): Promise<{ readonly url: string; deafen(): void }> {
  const pairs: Socket[] = [];
  const proxy = createServer((near) => {
    const far = connect(port, '127.0.0.1');
    pairs.push(near.pipe(far), far.pipe(near));
    for (const socket of [near, far]) socket.on('error', () => {});
  }).listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  onTestFinished(() => {
    proxy.close();
    for (const socket of pairs) socket.destroy();
  });
  const deafen = () => {
    for (const socket of pairs) socket.unpipe().pause();
  };
  return { url: `redis://127.0.0.1:${(proxy.address() as { port: number }).port}`, deafen };
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as { port: number };
  probe.close();
  await once(probe, 'close');
  return port;
}
