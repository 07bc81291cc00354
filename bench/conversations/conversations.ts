import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { StoryId } from '#stories';
import { type Core, openCore } from '../../src/open-core.ts';
import { figureOf } from '../contest/statistics.ts';
import { generation, STARTER } from '../contestants/generation.ts';
import type { RunOptions } from '../run-options.ts';
import { LENGTH, makeStories, PERSON, startCrowd, writeOne } from './crowd.ts';
import { makeVersion } from './made-version.ts';

/** What many conversations on one model cost. */
export type ConversationsReport = {
  /** Characters a second of 64 writers in 1,000 open stories, as a share of bare decoding with drawing. */
  readonly batchShare: number;
  readonly charsPerSecond: number;
  /** Milliseconds until the first sentence is there, of 95 in 100 passages of those 64. */
  readonly firstSentenceP95Ms: number;
  /** The same for one who writes alone, with the starter: of half of the passages, and of 95 in 100. */
  readonly loneFirstSentenceMs: number;
  readonly loneFirstSentenceP95Ms: number;
  /** Memory that 10,000 kept conversations take beside the idle process. */
  readonly memoryFor10000MiB: number;
  /** Characters a second of 64 writers by how many conversations are open. */
  readonly byConversations: Readonly<Record<string, number>>;
  /** Milliseconds a character of one writer by how many characters the story has. */
  readonly byStoryLength: Readonly<Record<string, number>>;
  /** The same for the first passage in such a story right after a swap, and after a restart. */
  readonly afterSwap: Readonly<Record<string, number>>;
  readonly afterRestart: Readonly<Record<string, number>>;
  /** The longest time that a passage under way got nothing while another version took over under 64 writers. */
  readonly swapPauseMs: number;
  /** The longest that one of them waited for the first piece of a passage: the new version has to read each story. */
  readonly swapWaitMs: number;
  readonly swapFailures: number;
  readonly swaps: number;
  /** Memory behind the last swap less that behind the first ones. */
  readonly swapGrowthMiB: number;
};

const WRITERS = 64;
const SECONDS = 3;
const SWAPS = 20;
const CROWDS = [100, 1000, 10_000];
const LENGTHS = [1000, 100_000, 1_000_000];
const MEBI = 2 ** 20;
/** What makes a story long: characters that the made models know. */
const TYPED = String.fromCodePoint(...Array.from({ length: 500 }, (_, i) => 0x4e00 + (i % 250)));

/** One process as the bot is one: stories on a disk, a worker, many people. */
export async function conversationsBench({
  threads,
  rounds,
  report,
}: RunOptions): Promise<ConversationsReport> {
  const folder = mkdtempSync(path.join(tmpdir(), 'xuxie-bench-'));
  try {
    const models = [0, 1].map((variant) => makeVersion(path.join(folder, `variant-${variant}`), variant));
    const [first, second] = (await Promise.all(models)) as [string, string];
    const settingsOf = (name: string, model = first) => ({
      data: path.join(folder, name),
      versions: path.join(folder, name, 'versions'),
      model,
    });
    // First, for what is measured later has then been in the memory before.
    report('10,000 conversations');
    const crowds = await inCore(settingsOf('crowds'), byConversations);
    const share = await inCore(settingsOf('many'), (core) => batchShare(core, { threads, rounds, report }));
    const lone = await inCore(settingsOf('lone', STARTER), loneSentences);
    report('long stories');
    const lengths = await longStories(settingsOf('long'), second);
    report('swaps');
    const swaps = await inCore(settingsOf('swaps'), (core) => swapping(core, second));
    return { ...share, ...lone, ...crowds, ...lengths, ...swaps };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

type Settings = Parameters<typeof openCore>[0];

async function inCore<T>(config: Settings, measure: (core: Core) => Promise<T>): Promise<T> {
  await using core = await openCore(config);
  return await measure(core);
}

async function batchShare({ stories }: Core, { threads, rounds, report }: RunOptions) {
  const ids = await makeStories(stories, 1000, 'open');
  const bare = await generation({
    preset: 'seed',
    threads,
    arithmetic: 'int8',
    rows: WRITERS,
    drawing: 'whole',
    length: LENGTH,
  });
  const rates: number[] = [];
  const bares: number[] = [];
  const sentences: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const seen = await watchCrowd(stories, ids);
    rates.push(seen.characters / seen.seconds);
    sentences.push(...seen.firstSentences);
    let characters = 0;
    const begin = performance.now();
    while (performance.now() - begin < 1000 * SECONDS) characters += await bare();
    bares.push((1000 * characters) / (performance.now() - begin));
    report(`${Math.round(rates.at(-1)!)} / ${Math.round(bares.at(-1)!)} characters/s`);
  }
  const shares = rates.map((rate, round) => rate / bares[round]!);
  return {
    batchShare: figureOf(shares).median,
    charsPerSecond: figureOf(rates).median,
    firstSentenceP95Ms: quantile(sentences, 0.95),
  };
}

/** What 64 people see who write for some seconds. */
async function watchCrowd(stories: Core['stories'], ids: readonly StoryId[]) {
  await using crowd = startCrowd(stories, ids, WRITERS);
  await setTimeout(500);
  return await crowd.watch(setTimeout(1000 * SECONDS));
}

/** What a lone person waits for after a sentence of their own. */
async function loneSentences({ stories, generator }: Core) {
  using lease = await generator.acquire('starter');
  const [opening = ''] = lease.about.openings;
  const story = (await stories.create('alone')).id;
  const times: number[] = [];
  for (let i = 0; i < 40; i++) {
    const { firstSentence } = await writeOne(stories, story, {
      opening,
      length: 100,
    });
    if (i >= 5) times.push(firstSentence);
  }
  return { loneFirstSentenceMs: quantile(times, 0.5), loneFirstSentenceP95Ms: quantile(times, 0.95) };
}

async function byConversations({ stories }: Core) {
  const some = await makeStories(stories, WRITERS, 'warm');
  await watchCrowd(stories, some);
  const idle = await settledMemory();
  const figures: Record<string, number> = {};
  const ids: StoryId[] = [];
  let memory = idle;
  for (const count of CROWDS) {
    const added = await makeStories(stories, count - ids.length, `crowd-${count}`);
    for (let at = 0; at < added.length; at += WRITERS) {
      await Promise.all(added.slice(at, at + WRITERS).map((id) => writeOne(stories, id, { length: 40 })));
    }
    ids.push(...added);
    memory = await settledMemory();
    const seen = await watchCrowd(stories, ids);
    figures[count] = seen.characters / seen.seconds;
  }
  return { byConversations: figures, memoryFor10000MiB: (memory - idle) / MEBI };
}

/** Stories that people have written long, and what going on costs there. */
async function longStories(config: Settings, second: string) {
  const ids: StoryId[] = [];
  const cost = async ({ stories }: Core, id: StoryId, passages: number): Promise<number> => {
    const begin = performance.now();
    let characters = 0;
    for (let i = 0; i < passages; i++) characters += (await writeOne(stories, id)).characters;
    return (performance.now() - begin) / characters;
  };
  const all = async (core: Core, passages: number): Promise<Record<string, number>> => {
    const costs: Record<string, number> = {};
    for (const [at, length] of LENGTHS.entries()) costs[length] = await cost(core, ids[at]!, passages);
    return costs;
  };
  const warm = async (core: Core) => {
    const [id] = await makeStories(core.stories, 1, `warm-${Math.random()}`);
    await cost(core, id!, 5);
  };
  const [byStoryLength, afterSwap] = await inCore(config, async (core) => {
    for (const length of LENGTHS) {
      const [id] = await makeStories(core.stories, 1, `long-${length}`);
      for (let written = 0; written < length; written += TYPED.length) {
        await core.stories.write(id!, PERSON, TYPED);
      }
      await writeOne(core.stories, id!);
      ids.push(id!);
    }
    await warm(core);
    const before = await all(core, 20);
    const { id } = await core.registry.add('starter', second, { verdict: 'accepted' });
    await core.generator.use('starter', id);
    await warm(core);
    return [before, await all(core, 1)];
  });
  const afterRestart = await inCore(config, async (core) => {
    await warm(core);
    return all(core, 1);
  });
  return { byStoryLength, afterSwap, afterRestart };
}

async function swapping({ stories, registry, generator }: Core, second: string) {
  const ids = await makeStories(stories, 1000, 'swap');
  const added = await registry.add('starter', second, { verdict: 'accepted' });
  const builtIn = registry.versions('starter').find(({ builtIn: is }) => is)!;
  const versions = [added.id, builtIn.id];
  await using crowd = startCrowd(stories, ids, WRITERS);
  await setTimeout(1000);
  let pause = 0;
  let wait = 0;
  let failures = 0;
  let early = 0;
  let late = 0;
  for (let swap = 0; swap < SWAPS; swap++) {
    const swapped = generator.use('starter', versions[swap % 2]!).then(() => setTimeout(500));
    const seen = await crowd.watch(swapped);
    pause = Math.max(pause, seen.longestPause);
    wait = Math.max(wait, seen.longestWait);
    failures += seen.failures;
    if (swap === 3) early = await settledMemory();
    if (swap === SWAPS - 1) late = await settledMemory();
  }
  return {
    swapPauseMs: pause,
    swapWaitMs: wait,
    swapFailures: failures,
    swaps: SWAPS,
    swapGrowthMiB: (late - early) / MEBI,
  };
}

/** Bytes resident once what nobody holds is gone. */
async function settledMemory(): Promise<number> {
  await setTimeout(300);
  collectGarbage();
  await setTimeout(200);
  return process.memoryUsage.rss();
}

function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
}
