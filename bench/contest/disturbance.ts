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
