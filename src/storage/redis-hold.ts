import { setTimeout as after } from 'node:timers/promises';
import { UserError } from '#errors';

/** What is needed of a Redis client, which has a name. */
type Client = { sendCommand(command: readonly string[]): Promise<unknown> };

type Connection = { readonly id: number; readonly name: string; readonly db: string; readonly addr: string };

/** Milliseconds between two looks at who is connected. */
const PAUSE = 100;

/**
 * Refuses to be the second of one name in one database: looks at who is connected there, which ends with a process, however that
 * ends. One that connected earlier is given `patience` milliseconds to be gone; of two at once the earlier stays. `run`
 * runs one command.
 * @throws UserError `storage.redis-in-use`, and what `run` throws
 */
export async function refuseSecond(
  client: Client,
  run: <T>(command: () => Promise<T>) => Promise<T>,
  { server, patience }: { readonly server: string; readonly patience: number },
): Promise<void> {
  const ask = async (what: 'INFO' | 'LIST') =>
    connectionsIn(String(await run(() => client.sendCommand(['CLIENT', what]))));
  for (const until = performance.now() + patience; ; await after(PAUSE)) {
    const [self] = await ask('INFO');
    const other = (await ask('LIST')).find(
      ({ id, name, db }) => name === self!.name && db === self!.db && id < self!.id,
    );
    if (!other) return;
    if (performance.now() >= until)
      throw new UserError('storage.redis-in-use', { server, address: other.addr });
  }
}

/** Of lines like `id=3 addr=127.0.0.1:52555 name=xuxie db=0`. */
function connectionsIn(list: string): Connection[] {
  return list
    .trim()
    .split('\n')
    .map((line) => {
      const of = (field: string) => new RegExp(`(?:^| )${field}=(\\S*)`).exec(line)?.[1] ?? '';
      return { id: Number(of('id')), name: of('name'), db: of('db'), addr: of('addr') };
    });
}
