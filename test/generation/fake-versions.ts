import { expect } from 'vitest';
import { UserError } from '#errors';
import { Generator, type Order, type VersionThread, type Written } from '#generation';
import { Vocabulary } from '#text';
import { madeModel } from '../fakes/made-model.ts';

export const { vocabulary, about } = madeModel('孙悟空听了，大笑道：“去也！”\n不见……——？。');

export const order = (change: Partial<Order> = {}): Order => ({
  passage: 'new',
  group: '',
  reading: { origin: 'start', segments: [], whole: true, recent: '' },
  settings: { temperature: 1, length: 10 },
  seed: 1,
  ...change,
});

export async function collect(passage: AsyncGenerator<string, Written>): Promise<string> {
  let text = '';
  for (;;) {
    const next = await passage.next();
    if (next.done) {
      expect(next.value.text).toBe(text);
      return text;
    }
    text += next.value;
  }
}

/** A worker of a version: it writes the version's name, piece by piece. */
export class FakeThread implements VersionThread {
  readonly vocabulary = Vocabulary.parse(vocabulary);
  readonly about = about;
  readonly arithmetic = { cpu: 'test', runtime: '1' };
  readonly orders: Order[] = [];
  readonly forgotten: string[] = [];
  readonly version: string;
  failed = false;
  closed = 0;
  stopped = 0;
  /** Awaited in each piece, in forgetting and in closing. */
  beforePiece: () => Promise<void> | void = () => {};
  beforeForgetting: () => Promise<void> | void = () => {};
  beforeClosing: () => Promise<void> | void = () => {};

  constructor(version: string) {
    this.version = version;
  }

  async *write(asked: Order): AsyncGenerator<string, Written> {
    if (this.closed > 0) throw new Error('the generation worker has ended with 0');
    this.orders.push(asked);
    let text = '';
    for (const piece of this.version) {
      await this.beforePiece();
      text += piece;
      yield piece;
    }
    return { text, origin: 'start', surprise: {} };
  }

  stop(): void {
    this.stopped++;
  }

  async forget(passages: readonly string[]): Promise<void> {
    await this.beforeForgetting();
    if (this.closed > 0 || this.failed) throw new Error('the generation worker has ended with 0');
    this.forgotten.push(...passages);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.beforeClosing();
    this.closed++;
  }
}

/** Versions and workers that are on record; `starting` prepares a version's worker, or makes opening it fail. */
export function fakes(lines: Record<string, string> = { starter: 'v1' }) {
  const current = new Map(Object.entries(lines));
  const threads: FakeThread[] = [];
  const elsewhere: { open: readonly string[]; passages: readonly string[] }[] = [];
  const held = new Map<string, number>();
  const known = {
    current,
    /** All workers that were started, in order. */
    threads,
    elsewhere,
    /** What was told of versions that do not take over. */
    failures: [] as unknown[],
    starting: new Map<string, (thread: FakeThread) => Promise<void> | void>(),
    beforeForgettingElsewhere: async () => {},
    /** Handles that nobody has let go of. */
    held: (version: string) => held.get(version) ?? 0,
    threadsOf: (version: string) => threads.filter((thread) => thread.version === version),
    /** Workers of a version that have not ended. */
    open: () => threads.filter(({ closed }) => closed === 0).map(({ version }) => version),
  };
  const count = (version: string, by: number) => held.set(version, known.held(version) + by);
  const generator = new Generator({
    versions: {
      acquire: (line, asked) => {
        const version = asked ?? current.get(line);
        if (version === undefined) throw new UserError('registry.no-line', { line });
        count(version, 1);
        let disposed = false;
        const letGo = () => {
          if (!disposed) count(version, -1);
          disposed = true;
        };
        return { line, version, path: `/models/${version}`, [Symbol.dispose]: letGo };
      },
      promote: (line, version) => {
        current.set(line, version);
        return undefined as never;
      },
    },
    start: async ({ version, path: model }) => {
      expect(model).toBe(`/models/${version}`);
      const thread = new FakeThread(version);
      threads.push(thread);
      await known.starting.get(version)?.(thread);
      return thread;
    },
    forgetElsewhere: async (open, passages) => {
      await known.beforeForgettingElsewhere();
      elsewhere.push({ open, passages });
    },
    onFailure: (error) => void known.failures.push(error),
  });
  return Object.assign(known, { generator });
}
