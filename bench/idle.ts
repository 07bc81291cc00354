import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout } from 'node:timers/promises';
import { defaultSettings, GenerationThread } from '#generation';

/** What serving costs beside the writing itself. */
export type IdleReport = {
  /** Share of one core that the process uses while nobody writes. */
  readonly idleCpu: number;
  /** Milliseconds that the main loop was late at most, and at 99 of 100 times, while 64 stories are written. */
  readonly lagMax: number;
  readonly lagP99: number;
  /** Bytes resident: when the model is open, after 64 stories were written, and the most there ever were. */
  readonly residentOpen: number;
  readonly residentAfter: number;
  readonly residentPeak: number;
  /** Characters a second of the 64 stories, as they arrive on the main thread. */
  readonly charsPerSecond: number;
};

const WORKER = new URL('../src/generation-worker.ts', import.meta.url);
const STORIES = 64;
const LENGTH = 1500;
const QUIET_SECONDS = 5;
/** The delay monitor looks every millisecond; what it reports includes the millisecond itself. */
const RESOLUTION = 1;

/** One process as the bot is one: a model, its worker, 64 stories at once, then nobody. */
export async function idleBench(model: string, threads: number): Promise<IdleReport> {
  await using thread = await GenerationThread.start(WORKER, { model, slots: STORIES, threads });
  const residentOpen = process.memoryUsage.rss();
  const write = async (seed: number, length: number): Promise<number> => {
    const settings = { ...defaultSettings, length };
    let characters = 0;
    const reading = { origin: 'start', segments: [], whole: true, recent: '' } as const;
    const order = { passage: String(seed), group: String(seed), reading, settings, seed };
    for await (const text of thread.write(order)) characters += text.length;
    return characters;
  };
  const writeAll = (length: number) =>
    Promise.all(Array.from({ length: STORIES }, (_, seed) => write(seed, length)));
  await writeAll(50);

  const delay = monitorEventLoopDelay({ resolution: RESOLUTION });
  delay.enable();
  const begin = performance.now();
  const written = await writeAll(LENGTH);
  const seconds = (performance.now() - begin) / 1000;
  delay.disable();
  const residentAfter = process.memoryUsage.rss();

  const before = process.cpuUsage();
  await setTimeout(1000 * QUIET_SECONDS);
  const { user, system } = process.cpuUsage(before);
  return {
    idleCpu: (user + system) / 1e6 / QUIET_SECONDS,
    lagMax: delay.max / 1e6 - RESOLUTION,
    lagP99: delay.percentile(99) / 1e6 - RESOLUTION,
    residentOpen,
    residentAfter,
    residentPeak: process.resourceUsage().maxRSS * 1024,
    charsPerSecond: written.reduce((sum, n) => sum + n, 0) / seconds,
  };
}
