import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import { bestOf } from '../../../bench/contest/best-of.ts';
import { Contestant } from '../../../bench/contest/contestant.ts';

const clock = { sleep: async () => {}, untilQuiet: async (most: number) => most };

/** A contestant that answers at once with so many units a second, other ones in its first round, until its stdin ends. */
const program = (amount: number, before = '', first = amount) => ({
  command: process.execPath,
  args: [
    '-e',
    `${before}
    console.log('a library says hello');
    console.log(JSON.stringify({ ready: { fake: process.env.FAKE ?? '1' } }));
    let amount = ${first};
    require('node:readline').createInterface(process.stdin).on('line', (line) => {
      console.log(JSON.stringify({ amount: amount * JSON.parse(line).seconds, seconds: 1 }));
      amount = ${amount};
    });`,
  ],
});

test('a contestant gets ready, tells its versions, and answers each round', async () => {
  await using contestant = await Contestant.start({ ...program(10), env: { FAKE: '2.5' } });
  expect(contestant.versions).toEqual({ fake: '2.5' });
  expect(await contestant.round(3)).toMatchObject({ amount: 30, seconds: 1 });
  expect(await contestant.round(4)).toMatchObject({ amount: 40, seconds: 1 });
});

test('its memory is known where the system tells', async () => {
  await using contestant = await Contestant.start(program(1));
  const known = existsSync('/proc/self/status');
  expect((contestant.peakMemory ?? 0) > 2 ** 20).toBe(known);
  expect((contestant.memory ?? 0) > 2 ** 20).toBe(known);
});

test('one that fails says why', async () => {
  await expect(Contestant.start(program(1, 'throw new Error("no such layer");'))).rejects.toThrow(
    'no such layer',
  );
  await expect(Contestant.start({ command: 'no-such-program', args: [] })).rejects.toThrow('no-such-program');
  await using dying = await Contestant.start(program(1, 'process.stdin.on("data", () => process.exit(3));'));
  await expect(dying.round(1)).rejects.toThrow();
});

test('it has ended when it was disposed of', async () => {
  const contestant = await Contestant.start(program(1));
  await contestant[Symbol.asyncDispose]();
  expect(contestant.memory).toBeUndefined();
  await contestant[Symbol.asyncDispose]();
});

test('of several ways the fastest stays; the others are told of, and ended', async () => {
  const told: [string, string][] = [];
  const best = await bestOf(
    [
      { name: 'slow', plan: program(10) },
      { name: 'broken', plan: program(1, 'throw new Error("not on this processor");') },
      { name: 'fast', plan: program(30, '', 1) },
      { name: 'middling', plan: program(20) },
    ],
    (name, rate) => told.push([name, rate instanceof Error ? 'error' : String(Math.round(rate))]),
    clock,
  );
  await using contestant = best!.contestant;
  expect(best!.variant).toBe('fast');
  expect(best!.tried).toMatchObject({ slow: expect.closeTo(7), broken: null, fast: expect.closeTo(21) });
  expect(told.map(([name]) => name)).toEqual(['slow', 'broken', 'fast', 'middling']);
  expect(told[1]).toEqual(['broken', 'error']);
  expect(await contestant.round(1)).toMatchObject({ amount: 30 });
});

test('a peer that runs in no way is no contestant', async () => {
  const broken = { name: 'broken', plan: program(1, 'process.exit(1);') };
  expect(await bestOf([broken], () => {}, clock)).toBeUndefined();
});
