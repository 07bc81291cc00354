import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { UserError } from '#errors';
import { type Lease, READ_TOKENS } from '#generation';
import { gate } from '../fakes/gate.ts';
import { about, collect, type FakeThread, fakes, order } from './fake-versions.ts';

/** Lets everything that can happen by itself happen. */
async function settle(): Promise<void> {
  for (let i = 0; i < 5; i++) await setImmediate();
}

describe('opening', () => {
  it('happens once, however many ask at the same time, and is of the line’s current version', async () => {
    const { generator, threads, held } = fakes({ starter: 'v1', other: 'w1' });
    const leases = await Promise.all([1, 2, 3, 4].map(() => generator.acquire('starter')));
    expect(threads.map(({ version }) => version)).toEqual(['v1']);
    expect(held('v1')).toBe(1);
    for (const lease of leases) {
      expect(lease.version).toBe('v1');
      expect(lease.vocabulary).toBe(threads[0]!.vocabulary);
      expect(lease.about).toBe(about);
      expect(lease.arithmetic).toBe(threads[0]!.arithmetic);
      expect(await collect(lease.write(order()))).toBe('v1');
    }
    expect((await generator.acquire('other')).version).toBe('w1');
    expect((await generator.acquire('starter', 'v0')).version).toBe('v0');
    expect(generator.open).toEqual(['v1', 'w1', 'v0']);
  });

  it('passes on what the registry and the worker refuse, and can be tried again', async () => {
    const { generator, starting, threads, held } = fakes();
    await expect(generator.acquire('nowhere')).rejects.toMatchObject({ code: 'registry.no-line' });
    const refusal = new UserError('model.damaged');
    starting.set('v1', () => Promise.reject(refusal));
    const asked = await Promise.allSettled([generator.acquire('starter'), generator.acquire('starter')]);
    expect(asked.map((one) => one.status === 'rejected' && one.reason)).toEqual([refusal, refusal]);
    await settle();
    expect(held('v1')).toBe(0);
    expect(generator.open).toEqual([]);
    starting.delete('v1');
    expect(await collect((await generator.acquire('starter')).write(order()))).toBe('v1');
    expect(threads).toHaveLength(2);
  });

  it('bans a phrase in every script that the model may write it in', async () => {
    const { generator, threads } = fakes();
    const lease = await generator.acquire('starter');
    await collect(lease.write(order({ settings: { temperature: 1, length: 5, banned: ['蕭炎'] } })));
    expect(threads[0]!.orders[0]!.settings.banned).toEqual(['蕭炎', '萧炎']);
  });
});

describe('a worker that has ended by itself', () => {
  it('is replaced when it is next asked for; it is closed once, and so is its handle', async () => {
    const { generator, threads, held } = fakes();
    const old = await generator.acquire('starter');
    threads[0]!.failed = true;
    const leases = await Promise.all([generator.acquire('starter'), generator.acquire('starter')]);
    expect(threads).toHaveLength(2);
    for (const lease of leases) expect(await collect(lease.write(order()))).toBe('v1');
    await settle();
    expect(threads.map(({ closed }) => closed)).toEqual([1, 0]);
    expect(held('v1')).toBe(1);
    old[Symbol.dispose]();
    for (const lease of leases) lease[Symbol.dispose]();
    await settle();
    expect(threads.map(({ closed }) => closed)).toEqual([1, 0]);
    expect(held('v1')).toBe(1);
  });
});

describe('another version', () => {
  it('has read and written before it becomes current', async () => {
    const { generator, starting, current, threadsOf } = fakes();
    await generator.acquire('starter');
    const writing = gate();
    starting.set('v2', (thread) => {
      thread.beforePiece = () => writing.wait();
    });
    const used = generator.use('starter', 'v2');
    await settle();
    const [second] = threadsOf('v2');
    expect(second!.orders).toHaveLength(1);
    expect(current.get('starter')).toBe('v1');
    expect((await generator.acquire('starter')).version).toBe('v1');
    writing.open();
    await used;
    expect(current.get('starter')).toBe('v2');
    expect((await generator.acquire('starter')).version).toBe('v2');

    const { reading, measure, keep } = second!.orders[0]!;
    expect(keep).toBe(false);
    // A step reads so many tokens; the rest is read by the graphs of fewer.
    // A whole step's share, then 8 and 1, of what is measured; of the other too, behind what is left of a share.
    const [measured, plain] = reading.segments.map(({ text }) => [...text].length);
    expect(measured).toBe(READ_TOKENS + 8 + 1);
    expect(plain! - (READ_TOKENS - 9)).toBeGreaterThan(READ_TOKENS + 8);
    expect(reading.segments.map(({ passage }) => measure!.includes(passage))).toEqual([true, false]);
  });

  it.each([
    [
      'does not open',
      (thread: FakeThread) => Promise.reject(new UserError('model.damaged', { path: thread.version })),
    ],
    [
      'opens and does not write',
      (thread: FakeThread) => {
        thread.beforePiece = () => Promise.reject(new UserError('model.damaged'));
      },
    ],
  ])('that %s never becomes current, and leaves nothing open', async (_, start) => {
    const { generator, starting, current, threadsOf, held } = fakes();
    const lease = await generator.acquire('starter');
    starting.set('v2', start);
    await expect(generator.use('starter', 'v2')).rejects.toMatchObject({ code: 'model.damaged' });
    await settle();
    expect(current.get('starter')).toBe('v1');
    expect(generator.open).toEqual(['v1']);
    expect(held('v2')).toBe(0);
    for (const { orders, closed } of threadsOf('v2')) expect(closed).toBe(orders.length);
    expect(await collect(lease.write(order()))).toBe('v1');
  });

  it('takes what comes, while leases of the old one end on the old one', async () => {
    const { generator, threadsOf, held } = fakes();
    const old = await Promise.all([generator.acquire('starter'), generator.acquire('starter')]);
    const writing = gate();
    threadsOf('v1')[0]!.beforePiece = () => writing.wait();
    const underWay = collect(old[0]!.write(order()));
    await generator.use('starter', 'v2');
    const next = await generator.acquire('starter');
    expect(await collect(next.write(order()))).toBe('v2');
    writing.open();
    expect(await underWay).toBe('v1');
    expect(await collect(old[1]!.write(order()))).toBe('v1');
    expect(old.map(({ version }) => version)).toEqual(['v1', 'v1']);

    old[0]![Symbol.dispose]();
    old[0]![Symbol.dispose]();
    await settle();
    expect(threadsOf('v1')[0]!.closed, 'somebody still holds it').toBe(0);
    old[1]![Symbol.dispose]();
    await settle();
    expect(threadsOf('v1')[0]!.closed).toBe(1);
    expect(held('v1')).toBe(0);
    expect(generator.open).toEqual(['v2']);
    next[Symbol.dispose]();
    await settle();
    expect(threadsOf('v2')[0]!.closed, 'the current one stays open').toBe(0);
  });

  it('that was current before is the same move', async () => {
    const { generator, current, threadsOf, open } = fakes();
    (await generator.acquire('starter'))[Symbol.dispose]();
    for (const version of ['v2', 'v1', 'v2', 'v1', 'v2']) {
      await generator.use('starter', version);
      await settle();
      expect(open()).toEqual([version]);
      expect(current.get('starter')).toBe(version);
    }
    expect(threadsOf('v2').map(({ closed }) => closed)).toEqual([1, 1, 0]);
  });

  it('waits until a worker of the same version has ended: they share its states', async () => {
    const { generator, threadsOf } = fakes();
    (await generator.acquire('starter'))[Symbol.dispose]();
    const closing = gate();
    threadsOf('v1')[0]!.beforeClosing = () => closing.wait();
    await generator.use('starter', 'v2');
    const again = generator.acquire('starter', 'v1');
    await settle();
    expect(threadsOf('v1')).toHaveLength(1);
    closing.open();
    expect((await again).version).toBe('v1');
    expect(threadsOf('v1').map(({ closed }) => closed)).toEqual([1, 0]);
  });
});

it('the current versions of the two lines that were used last stay open, others when they are held', async () => {
  const lines = { a: 'a1', b: 'b1', c: 'c1', d: 'd1' };
  const { generator, open, held } = fakes(lines);
  const pass = async (line: string) => (await generator.acquire(line))[Symbol.dispose]();
  await pass('a');
  await pass('b');
  await settle();
  expect(open()).toEqual(['a1', 'b1']);
  await pass('c');
  await settle();
  expect(open()).toEqual(['b1', 'c1']);
  await pass('b');
  await pass('d');
  await settle();
  expect(open().sort()).toEqual(['b1', 'd1']);
  const all = await Promise.all(Object.keys(lines).map((line) => generator.acquire(line)));
  await settle();
  expect(open().sort()).toEqual(['a1', 'b1', 'c1', 'd1']);
  for (const lease of all) lease[Symbol.dispose]();
  await settle();
  expect(open()).toHaveLength(2);
  expect(generator.open).toHaveLength(2);
  (await generator.acquire('a', 'a0'))[Symbol.dispose]();
  await settle();
  expect(open(), 'an old version does not stay').not.toContain('a0');
  expect(Object.values(lines).reduce((sum, version) => sum + held(version), 0)).toBe(2);
});

describe('forgetting', () => {
  it('reaches every open version, and then the states of those that are not', async () => {
    const { generator, threads, elsewhere } = fakes({ a: 'a1', b: 'b1' });
    await generator.acquire('a');
    await generator.acquire('b');
    const forgetting = gate();
    threads[0]!.beforeForgetting = () => forgetting.wait();
    const forgotten = generator.forget(['p', 'q']);
    await settle();
    expect(elsewhere).toEqual([]);
    forgetting.open();
    await forgotten;
    for (const thread of threads) expect(thread.forgotten).toEqual(['p', 'q']);
    expect(elsewhere).toEqual([{ open: ['a1', 'b1'], passages: ['p', 'q'] }]);
  });

  it('waits for a version that is being opened', async () => {
    const { generator, starting, threads, elsewhere } = fakes();
    const opening = gate();
    starting.set('v1', () => opening.wait());
    const lease = generator.acquire('starter');
    const forgotten = generator.forget(['p']);
    await settle();
    expect(elsewhere).toEqual([]);
    opening.open();
    await Promise.all([lease, forgotten]);
    expect(threads[0]!.forgotten).toEqual(['p']);
    expect(elsewhere[0]!.open).toEqual(['v1']);
  });

  it('counts a version as not open whose worker has failed, does not open or ends meanwhile', async () => {
    const { generator, starting, threadsOf, elsewhere } = fakes({ a: 'a1', b: 'b1', c: 'c1', d: 'd1' });
    await generator.acquire('a');
    threadsOf('a1')[0]!.failed = true;
    starting.set('b1', () => Promise.reject(new UserError('model.damaged')));
    const broken = generator.acquire('b');
    await generator.acquire('c');
    threadsOf('c1')[0]!.beforeForgetting = () => {
      threadsOf('c1')[0]!.failed = true;
    };
    await generator.acquire('d');
    await Promise.allSettled([broken, generator.forget(['p'])]);
    expect(elsewhere).toEqual([{ open: ['d1'], passages: ['p'] }]);
  });

  it('waits until what is closing has written its states', async () => {
    const { generator, threadsOf, elsewhere } = fakes();
    (await generator.acquire('starter'))[Symbol.dispose]();
    const closing = gate();
    threadsOf('v1')[0]!.beforeClosing = () => closing.wait();
    await generator.use('starter', 'v2');
    const forgotten = generator.forget(['p']);
    await settle();
    expect(elsewhere).toEqual([]);
    closing.open();
    await forgotten;
    expect(elsewhere).toEqual([{ open: ['v2'], passages: ['p'] }]);
  });

  it('lets no version be opened while its states are looked through', async () => {
    const known = fakes();
    const looking = gate();
    known.beforeForgettingElsewhere = () => looking.wait();
    const forgotten = [known.generator.forget(['p']), known.generator.forget(['q'])];
    const lease = known.generator.acquire('starter');
    forgotten.push(known.generator.forget(['r']));
    await settle();
    expect(known.threads).toEqual([]);
    looking.open();
    await Promise.all(forgotten);
    expect((await lease).version).toBe('v1');
    expect(known.elsewhere.map(({ passages }) => passages)).toEqual([['p'], ['q'], ['r']]);
    expect(known.threads[0]!.forgotten).toEqual(['r']);
  });

  it('that fails says so, and the next one is tried', async () => {
    const { generator, threads } = fakes();
    await generator.acquire('starter');
    const full = new UserError('storage.disk-full');
    threads[0]!.beforeForgetting = () => Promise.reject(full);
    await expect(generator.forget(['p'])).rejects.toBe(full);
    threads[0]!.beforeForgetting = () => {};
    await generator.forget(['p']);
    expect(threads[0]!.forgotten).toEqual(['p']);
    expect(threads).toHaveLength(1);
  });
});

it('disposing ends every worker once and lets every version go; nothing is opened after', async () => {
  const { generator, threads, held } = fakes({ a: 'a1', b: 'b1' });
  const leases: Lease[] = [await generator.acquire('a'), await generator.acquire('b')];
  leases.push(await generator.acquire('a', 'a0'));
  await generator[Symbol.asyncDispose]();
  expect(threads.map(({ closed }) => closed)).toEqual([1, 1, 1]);
  for (const lease of leases) lease[Symbol.dispose]();
  await generator[Symbol.asyncDispose]();
  expect(threads.map(({ closed }) => closed)).toEqual([1, 1, 1]);
  for (const version of ['a1', 'b1', 'a0']) expect(held(version)).toBe(0);
  expect(generator.open).toEqual([]);
  await expect(generator.acquire('a')).rejects.toMatchObject({ code: 'generation.closing' });
  expect(held('a1')).toBe(0);
});

describe('a version that another process has promoted', () => {
  it('is opened and warmed while the one before goes on writing, then takes over', async () => {
    const { generator, current, starting, threadsOf, open } = fakes();
    (await generator.acquire('starter'))[Symbol.dispose]();
    const opening = gate();
    starting.set('v2', () => opening.wait());
    current.set('starter', 'v2');
    for (let i = 0; i < 3; i++) {
      using lease = await generator.acquire('starter');
      expect(lease.version).toBe('v1');
      expect(await collect(lease.write(order()))).toBe('v1');
    }
    opening.open();
    await settle();
    expect(threadsOf('v2')).toHaveLength(1);
    expect(threadsOf('v2')[0]!.orders.map(({ passage }) => passage)).toEqual(['warming']);
    {
      using lease = await generator.acquire('starter');
      expect(lease.version).toBe('v2');
    }
    await settle();
    expect(open()).toEqual(['v2']);
  });

  it('and does not open leaves the one before writing, and is not tried again with every passage', async () => {
    const { generator, current, starting, failures, threadsOf } = fakes();
    (await generator.acquire('starter'))[Symbol.dispose]();
    const refusal = new UserError('model.corrupt', { path: '/models/v2' });
    starting.set('v2', () => Promise.reject(refusal));
    current.set('starter', 'v2');
    for (let i = 0; i < 3; i++) {
      using lease = await generator.acquire('starter');
      expect(lease.version).toBe('v1');
      await settle();
    }
    expect(failures).toEqual([refusal]);
    expect(threadsOf('v2')).toHaveLength(1);
  });
});

it('stopping ends what is under way where it stands, and takes no more', async () => {
  const { generator, threads } = fakes();
  await generator.acquire('starter');
  generator.stop();
  await settle();
  expect(threads[0]!.stopped).toBe(1);
  await expect(generator.acquire('starter')).rejects.toMatchObject({ code: 'generation.closing' });
});

it('closes although a version was asked for while something was being forgotten', async () => {
  const { generator, threads } = fakes({ a: 'a1', b: 'b1' });
  (await generator.acquire('a'))[Symbol.dispose]();
  const forgetting = gate();
  threads[0]!.beforeForgetting = () => forgetting.wait();
  const forgotten = generator.forget(['p']);
  const asked = generator.acquire('b').catch(() => undefined);
  await settle();
  const closed = generator[Symbol.asyncDispose]();
  forgetting.open();
  await forgotten;
  await asked;
  await closed;
  expect(generator.open).toEqual([]);
});
