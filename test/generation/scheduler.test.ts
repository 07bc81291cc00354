import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Plan, READ_TOKENS, Scheduler } from '#generation';

/** One thing that happens to a scheduler; `which` picks among those that it can happen to. */
type Event =
  | { readonly kind: 'add'; readonly group: number; readonly unread: number; readonly cost: number }
  | { readonly kind: 'withdraw'; readonly which: number }
  | { readonly kind: 'end'; readonly which: number }
  | { readonly kind: 'plan' };

const which = fc.nat({ max: 1000 });
const event: fc.Arbitrary<Event> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('add' as const),
      group: fc.nat({ max: 5 }),
      unread: fc.oneof(fc.constant(0), fc.nat({ max: 300 })),
      cost: fc.integer({ min: 1, max: 500 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('withdraw' as const), which }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('end' as const), which }) },
  { weight: 4, arbitrary: fc.constant({ kind: 'plan' as const }) },
);
const sizes = fc.record({ slots: fc.integer({ min: 1, max: 12 }), waiting: fc.nat({ max: 12 }) });
const sequence = fc.tuple(sizes, fc.array(event, { maxLength: 150 }));

type Known = { readonly id: number; readonly group: number; slot: number; unread: number };

/** Plays a sequence and holds each plan against what was asked for. */
function play([options, events]: readonly [{ slots: number; waiting: number }, readonly Event[]]): Plan[] {
  const scheduler = new Scheduler(options);
  const waiting = new Map<number, Known>();
  const running = new Map<number, Known>();
  const plans: Plan[] = [];
  let next = 0;
  const pick = (some: Map<number, Known>, at: number) => [...some.keys()][at % Math.max(1, some.size)];
  for (const one of events) {
    if (one.kind === 'add') {
      const { group, unread, cost } = one;
      const isNew = ![...waiting.values()].some((other) => other.group === group);
      const places = options.waiting * (isNew ? 2 : 1);
      const room = waiting.size < places + options.slots - running.size;
      expect(scheduler.add({ id: next, group: String(group), unread, cost })).toBe(room);
      if (room) waiting.set(next, { id: next, group, slot: -1, unread });
      next++;
    } else if (one.kind === 'withdraw') {
      const id = pick(waiting, one.which) ?? -1;
      expect(scheduler.withdraw(id)).toBe(waiting.delete(id));
      const held = pick(running, one.which) ?? -1;
      expect(scheduler.withdraw(held)).toBe(false);
    } else if (one.kind === 'end') {
      const id = pick(running, one.which) ?? -1;
      running.delete(id);
      scheduler.end(id);
    } else {
      const plan = scheduler.plan();
      plans.push(plan);
      check(plan, waiting, running, options.slots);
    }
    expect(scheduler.waiting).toBe(waiting.size);
    expect(scheduler.running).toBe(running.size);
  }
  return plans;
}

/** Holds a plan against what waits and runs, and takes it as done. */
function check(plan: Plan, waiting: Map<number, Known>, running: Map<number, Known>, slots: number): void {
  const rooms = Math.min(slots - running.size, waiting.size);
  expect(plan.admit).toHaveLength(rooms);
  for (const { id, slot } of plan.admit) {
    const one = waiting.get(id);
    expect(one, 'admitted without having been asked for').toBeDefined();
    const before = [...waiting.values()].filter((other) => other.group === one!.group && other.id < id);
    expect(before, 'admitted before one of its group that was asked for earlier').toEqual([]);
    const taken = [...running.values()].map((other) => other.slot);
    expect(taken, 'a row given twice').not.toContain(slot);
    expect(slot).toBeGreaterThanOrEqual(0);
    expect(slot).toBeLessThan(slots);
    waiting.delete(id);
    running.set(id, { ...one!, slot });
  }
  expect(running.size).toBeLessThanOrEqual(slots);

  const readers = [...running.values()].filter(({ unread }) => unread > 0);
  expect(new Set(plan.read.map(({ id }) => id)).size).toBe(plan.read.length);
  expect(plan.read.length > 0).toBe(readers.length > 0);
  let total = 0;
  for (const { id, count } of plan.read) {
    const one = running.get(id)!;
    expect(count).toBeGreaterThan(0);
    expect(count).toBeLessThanOrEqual(Math.min(READ_TOKENS, one.unread));
    one.unread -= count;
    total += count;
  }
  expect(total).toBeLessThanOrEqual(256);
  const drawn = [...running.values()].filter(({ unread }) => unread === 0);
  drawn.sort((a, b) => a.slot - b.slot);
  expect(plan.draw, 'draws whoever has read all, and nobody else').toEqual(drawn.map(({ id }) => id));
}

describe('the scheduler', () => {
  it('gives each row to one passage that waits, in order within a group, reads little a step and draws what is read', () => {
    fc.assert(
      fc.property(sequence, (one) => void play(one)),
      { numRuns: 3000 },
    );
  });

  it('plans the same for the same calls', () => {
    fc.assert(
      fc.property(sequence, (one) => {
        expect(play(one)).toEqual(play(one));
      }),
      { numRuns: 200 },
    );
  });

  it('refuses past its limit, and takes in again when one has been admitted, has ended or was withdrawn', () => {
    const scheduler = new Scheduler({ slots: 2, waiting: 3 });
    const ask = (id: number) => scheduler.add({ id, group: 'a', unread: 0, cost: 1 });
    expect([0, 1, 2, 3, 4, 5].map(ask)).toEqual([true, true, true, true, true, false]);
    scheduler.plan();
    expect(scheduler.waiting).toBe(3);
    expect(ask(6)).toBe(false);
    scheduler.withdraw(2);
    expect(ask(7)).toBe(true);
    expect(ask(8)).toBe(false);
    scheduler.end(0);
    expect(ask(9)).toBe(true);
  });
});

it('takes in a group that has nothing waiting although another has taken all places, and only so many', () => {
  const scheduler = new Scheduler({ slots: 1, waiting: 3 });
  const ask = (id: number, group: string) => scheduler.add({ id, group, unread: 0, cost: 1 });
  expect([0, 1, 2, 3, 4].map((id) => ask(id, 'flood'))).toEqual([true, true, true, true, false]);
  expect([ask(5, 'b'), ask(6, 'b'), ask(7, 'c'), ask(8, 'd'), ask(9, 'e')]).toEqual([
    true,
    false,
    true,
    true,
    false,
  ]);
  expect(scheduler.waiting).toBe(7);
});

describe('rows are shared out fairly', () => {
  it('admits the one passage of a group next although another has asked a hundred times', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 10_000 }), { minLength: 100, maxLength: 100 }),
        fc.integer({ min: 1, max: 10_000 }),
        fc.nat({ max: 90 }),
        (costs, cost, late) => {
          const scheduler = new Scheduler({ slots: 1, waiting: 200 });
          for (const [id, own] of costs.entries()) scheduler.add({ id, group: 'many', unread: 0, cost: own });
          const admitted: number[] = [];
          const turn = () => {
            for (const { id } of scheduler.plan().admit) admitted.push(id);
            scheduler.end(admitted.at(-1)!);
          };
          for (let i = 0; i <= late; i++) turn();
          scheduler.add({ id: 1000, group: 'one', unread: 0, cost });
          turn();
          expect(admitted.at(-1)).toBe(1000);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('gives groups that always wait the same share of work, however long their passages are', () => {
    const scheduler = new Scheduler({ slots: 1, waiting: 20 });
    const costs = { long: 1000, middle: 200, short: 50 };
    const given: Record<string, number> = { long: 0, middle: 0, short: 0 };
    const groups = new Map<number, keyof typeof costs>();
    let next = 0;
    const ask = (group: keyof typeof costs) => {
      groups.set(next, group);
      scheduler.add({ id: next++, group, unread: 0, cost: costs[group] });
    };
    for (const group of ['long', 'middle', 'short'] as const) for (let i = 0; i < 3; i++) ask(group);
    for (let i = 0; i < 3000; i++) {
      const { id } = scheduler.plan().admit[0]!;
      const group = groups.get(id)!;
      given[group]! += costs[group];
      scheduler.end(id);
      ask(group);
    }
    const [least, most] = [Math.min(...Object.values(given)), Math.max(...Object.values(given))];
    expect(most - least).toBeLessThanOrEqual(2 * costs.long);
  });

  it('saves up no turns for a group while it asks for nothing', () => {
    const scheduler = new Scheduler({ slots: 1, waiting: 200 });
    const ask = (id: number, group: string, cost: number) => scheduler.add({ id, group, unread: 0, cost });
    const turn = () => {
      const { id } = scheduler.plan().admit[0]!;
      scheduler.end(id);
      return id;
    };
    ask(0, 'absent', 500);
    for (const id of [1, 2, 3]) ask(id, 'busy', 1000);
    expect([turn(), turn(), turn()]).toEqual([0, 1, 2]);
    for (const id of [4, 5, 6]) ask(id, 'absent', 100);
    ask(7, 'new', 100);
    expect([turn(), turn(), turn()]).toEqual([4, 7, 5]);
  });

  it('does not charge a group for what it has withdrawn', () => {
    const scheduler = new Scheduler({ slots: 1, waiting: 200 });
    scheduler.add({ id: 0, group: 'other', unread: 0, cost: 10 });
    scheduler.plan();
    for (let id = 1; id < 100; id++) {
      scheduler.add({ id, group: 'hesitant', unread: 0, cost: 100 });
      scheduler.withdraw(id);
    }
    for (let id = 100; id < 110; id++) scheduler.add({ id, group: 'other', unread: 0, cost: 10 });
    scheduler.add({ id: 200, group: 'hesitant', unread: 0, cost: 100 });
    scheduler.end(0);
    expect(scheduler.plan().admit).toEqual([{ id: 200, slot: 0 }]);
  });

  /**
   * The bound: K passages can be there at most (rows and waiting), and a group has so much work before a passage and in
   * it. Then others are given at most K times that and K more passages before it is admitted.
   */
  it('admits every passage within a bound although new groups never cease to come', () => {
    fc.assert(
      fc.property(
        sizes,
        fc.array(fc.integer({ min: 1, max: 300 }), { minLength: 1, maxLength: 10 }),
        fc.array(fc.integer({ min: 1, max: 300 }), { minLength: 1, maxLength: 20 }),
        fc.integer({ min: 1, max: 4 }),
        (options, costs, others, perGroup) => {
          const scheduler = new Scheduler({ ...options, waiting: options.waiting + costs.length });
          const K = options.slots + options.waiting + costs.length;
          for (const [id, cost] of costs.entries()) scheduler.add({ id, group: 'patient', unread: 0, cost });
          const own = costs.reduce((sum, cost) => sum + cost, 0);
          const bound = K * (own + 2 * 300);
          let next = 1000;
          let given = 0;
          const costOf = (id: number) => others[id % others.length]!;
          const flood = () => {
            // Newcomers of ever new groups take every place that there is.
            for (const end = next + 1000; next < end; next++) {
              const group = `newcomer ${Math.floor(next / perGroup)}`;
              if (!scheduler.add({ id: next, group, unread: 0, cost: costOf(next) })) return;
            }
          };
          for (let left = costs.length; left > 0; ) {
            flood();
            const { admit } = scheduler.plan();
            for (const { id } of admit) {
              if (id < 1000) left--;
              else given += costOf(id);
            }
            expect(given, 'work given to others meanwhile').toBeLessThanOrEqual(bound);
            for (const { id } of admit) scheduler.end(id);
          }
        },
      ),
      { numRuns: 500 },
    );
  });

  it('forgets groups whose turn is past, whether they were served or withdrew', () => {
    const options = { slots: 4, waiting: 16 };
    const scheduler = new Scheduler(options);
    let most = 0;
    let running: number[] = [];
    for (let id = 0; id < 20_000; id++) {
      const taken = scheduler.add({ id, group: `group ${id}`, unread: 0, cost: 100 });
      if (taken && id % 3 === 0) scheduler.withdraw(id);
      most = Math.max(most, scheduler.groups);
      // Two rows are never given back, so that there is no moment without work.
      if (id % 5 === 0) {
        running.push(...scheduler.plan().admit.map((one) => one.id));
        for (const done of running.slice(2)) scheduler.end(done);
        running = running.slice(0, 2);
      }
    }
    // As many as can wait, and those whose last passage has had its turn within as much work as that.
    expect(most).toBeLessThanOrEqual(2 * (options.slots + options.waiting));
  });

  it('forgets groups that have withdrawn while no row becomes free', () => {
    const scheduler = new Scheduler({ slots: 1, waiting: 16 });
    scheduler.add({ id: 0, group: 'long', unread: 0, cost: 100 });
    scheduler.plan();
    for (let id = 1; id < 100; id++) {
      scheduler.add({ id, group: `group ${id}`, unread: 0, cost: 100 });
      scheduler.withdraw(id);
    }
    expect(scheduler.groups).toBe(1);
  });

  it('forgets all when nobody waits or writes', () => {
    const scheduler = new Scheduler({ slots: 4, waiting: 16 });
    for (let id = 0; id < 4; id++) scheduler.add({ id, group: `group ${id}`, unread: 0, cost: 100 });
    scheduler.plan();
    for (let id = 0; id < 4; id++) scheduler.end(id);
    expect(scheduler.groups).toBe(0);
  });
});

describe('reading', () => {
  it('goes on for every row within a bound, however many read short texts', () => {
    const scheduler = new Scheduler({ slots: 64, waiting: 64 });
    const unread = new Map<number, number>();
    let next = 0;
    const ask = (tokens: number) => {
      unread.set(next, tokens);
      scheduler.add({ id: next++, group: String(next), unread: tokens, cost: 1 });
    };
    // Ten long texts, and newcomers with short ones in every row that becomes free.
    for (let i = 0; i < 10; i++) ask(2048);
    const steps = 10 * Math.ceil(2048 / READ_TOKENS);
    for (let step = 0; step < steps; step++) {
      while (scheduler.waiting < 64) ask(1 + (next % 40));
      const { read, draw } = scheduler.plan();
      for (const { id, count } of read) unread.set(id, unread.get(id)! - count);
      for (const id of draw) if (id >= 10) scheduler.end(id);
    }
    // Four rows a step belong to those who have waited longest.
    expect([...Array(10).keys()].map((id) => unread.get(id))).toEqual(Array(10).fill(0));
  });

  it('is 256 tokens a step at most, 32 of them by one row, however many want to read', () => {
    const scheduler = new Scheduler({ slots: 64, waiting: 0 });
    for (let id = 0; id < 64; id++) scheduler.add({ id, group: String(id), unread: 100 + id, cost: 1 });
    let left = 64 * 100 + (63 * 64) / 2;
    for (let steps = 0; left > 0; steps++) {
      const { read } = scheduler.plan();
      for (const { count } of read) expect(count).toBeLessThanOrEqual(32);
      const total = read.reduce((sum, { count }) => sum + count, 0);
      expect(total).toBeLessThanOrEqual(256);
      left -= total;
      expect(steps).toBeLessThan(64 * 6);
    }
  });

  it('lets a short text pass eight long ones', () => {
    const scheduler = new Scheduler({ slots: 16, waiting: 0 });
    for (let id = 0; id < 12; id++) scheduler.add({ id, group: 'a', unread: 2048, cost: 1 });
    scheduler.plan();
    scheduler.add({ id: 12, group: 'b', unread: 20, cost: 1 });
    expect(scheduler.plan().draw).toEqual([12]);
  });
});
