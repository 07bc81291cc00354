import { existsSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as after } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { Random } from '#random';
import { startChild } from './child.ts';
import { copyData, type Kept, legible, readKept, treeProblems } from './kept.ts';
import { Ledger } from './ledger.ts';
import { type FaultPlace, makePlace, temporaryFolder } from './place.ts';
import type { Said, TellOptions } from './said.ts';
import { StatesCheck } from './states.ts';
import { open } from './telling.ts';

const ROUNDS = 200;
/** Rounds on one data folder. */
const LIFE = 20;
const STORIES = 4;

type Count = {
  acknowledged: number;
  states: number;
  orphans: number;
  replayed: number;
  passages: number;
  erased: number;
  readonly killed: Record<string, number>;
};

/** Lets a child tell stories, kills it at random, and looks at what it left; round after round on the same data. */
async function live(place: FaultPlace, life: number, count: Count): Promise<string[]> {
  const random = Random.seeded(life, 7);
  const { config, versions } = place;
  const ledger = new Ledger();
  const problems: string[] = [];
  await using states = await StatesCheck.open(place);
  for (let round = 0; round < LIFE; round++) {
    const options: TellOptions = { config, versions, seed: life * LIFE + round, stories: STORIES };
    const child = startChild<Said>('tell.ts', options, (said) => ledger.take(said));
    await killAtRandom(child, random);
    for (const what of ledger.under()) count.killed[what] = (count.killed[what] ?? 0) + 1;
    const data = path.join(temporaryFolder(), 'data');
    const found = [...ledger.bugs];
    const ended = await child.ended;
    if (ended !== 'SIGKILL') found.push(`the process ended by itself, with ${ended}`);
    if (existsSync(config.data)) {
      copyData(config.data, data);
      const kept = await readKept({ ...config, data });
      const checked = await states.check(data, kept, {
        erasing: ledger.erasing.union(beingErased(kept)),
        keyFile: config.keyFile,
      });
      found.push(...treeProblems(kept), ...ledger.problems(kept), ...checked.problems);
      found.push(...legible(config.data, ledger.erased.values(), kept.passages.values()));
      count.states += checked.checked;
      count.orphans += checked.orphans;
      ledger.adopt(kept);
    }
    problems.push(...found.map((problem) => `life ${life}, round ${round}: ${problem}`));
    if (found.length > 0) break;
  }
  if (problems.length === 0)
    problems.push(...(await replayAll(place, count)).map((problem) => `life ${life}: ${problem}`));
  count.acknowledged += ledger.acknowledged;
  count.passages += ledger.passages.size;
  count.erased += ledger.erased.size;
  return problems;
}

/** Passages whose erasure is noted and not done. */
const beingErased = ({ intents }: Kept): ReadonlySet<string> =>
  new Set(intents.flatMap((intent) => (intent.kind === 'remove' ? [] : intent.passages)));

/** Has the last passages of every story written again, from whatever states are kept. */
async function replayAll({ config }: FaultPlace, count: Count): Promise<string[]> {
  await using core = await open(config);
  const { stories } = core;
  const problems = core.remarks.map((remark) => `a remark: ${JSON.stringify(remark)}`);
  for (let at = 0; at < STORIES; at++) {
    const story = await stories.current(`place-${at}`);
    const line = story ? await stories.path(story.id, { last: 20 }) : [];
    for (const { id, story: of } of line.filter(({ receipt }) => receipt)) {
      const { same, text, expected } = await stories.replay(of, id);
      if (!same) problems.push(`passage ${id} is replayed as ${text}, not ${expected}`);
      count.replayed++;
    }
  }
  return problems;
}

/** In its first moments, while it opens, in the midst of a swap or an erasure, or while it writes. */
async function killAtRandom(child: ReturnType<typeof startChild<Said>>, random: Random): Promise<void> {
  const isBegun = (op: string) => (said: Said) => 'begin' in said && said.op.startsWith(op);
  const isDrawn = (said: Said) => 'passage' in said && said.passage.person === undefined;
  // What to wait for, and up to how many milliseconds longer.
  const moments: readonly (readonly [((said: Said) => boolean) | undefined, number])[] = [
    [undefined, 700],
    [(said) => 'phase' in said, 50],
    [isBegun('swap'), 150],
    [isBegun('erase'), 10],
    [isBegun(''), 800],
  ];
  const [begun, longest] = moments[random.below(12)] ?? [isDrawn, 1000];
  if (begun) await child.said(begun);
  await after(random.below(longest));
  await child.kill();
}

it(`${ROUNDS} times kill -9 in the midst of it: what was acknowledged is there, and states are the rebuilt ones`, async () => {
  const count: Count = {
    acknowledged: 0,
    states: 0,
    orphans: 0,
    replayed: 0,
    passages: 0,
    erased: 0,
    killed: {},
  };
  const problems: string[] = [];
  const lives = Array.from({ length: ROUNDS / LIFE }, (_, life) => life);
  // Two at a time: one is looked at while the other writes.
  const lanes = await Promise.allSettled(
    [0, 1].map(async () => {
      for (let life = lives.shift(); life !== undefined; life = lives.shift()) {
        const keyFile = life % 3 === 2 ? path.join(temporaryFolder(), 'key') : undefined;
        problems.push(...(await live(await makePlace({ keyFile }), life, count)));
      }
    }),
  );
  // Not before both have ended: a process must not end while a model writes.
  for (const lane of lanes) if (lane.status === 'rejected') throw lane.reason;
  console.log(JSON.stringify({ rounds: ROUNDS, ...count, problems: problems.length }, undefined, 1));
  expect(problems).toEqual([]);
});
