import { setTimeout } from 'node:timers/promises';
import { processorTime, timeOf } from './processor-time.ts';

/**
 * Watches what others do to the processor while `pid` and this process work: the function that it returns tells
 * which share of all cores they used since, 0 … 1; undefined where the system does not tell.
 */
export function watchOthers(...pids: readonly number[]): () => number | undefined {
  const ours = () => [process.pid, ...pids].reduce((sum, pid) => sum + (timeOf(pid) ?? 0), 0);
  const [before, own] = [processorTime(), ours()];
  return () => {
    const after = processorTime();
    if (!before || !after) return undefined;
    const total = after.total - before.total;
    const busy = total - (after.idle - before.idle) - (ours() - own);
    return total > 0 ? Math.min(1, Math.max(0, busy / total)) : 0;
  };
}

/** Above this share of the cores, what others do is told by the figures: a library that spins loses most of its speed. */
export const DISTURBED = 0.05;
/** Milliseconds of one look. */
const LOOK = 1000;

/** Waits until others leave the processor alone, at most so many milliseconds; returns how many it waited. */
export async function untilQuiet(most: number): Promise<number> {
  let waited = 0;
  for (let load = 1; load > DISTURBED && waited < most; waited += LOOK) {
    const others = watchOthers();
    await setTimeout(LOOK);
    load = others() ?? 0;
  }
  return waited;
}
