import { openFor, type ReadingTask, someTokens } from './open.ts';
import type { Step } from './step.ts';

/** Reads `stories` stories of `length` characters side by side, in runs or character by character; counts characters. */
export async function prefill(
  task: ReadingTask & { readonly stories: number; readonly length: number; readonly way: 'runs' | 'steps' },
): Promise<Step> {
  const { stories, length, way } = task;
  const { session, vocabulary } = await openFor(task, stories);
  const slots = Array.from({ length: stories }, (_, slot) => slot);
  const tokens = someTokens(vocabulary.size, length);
  const runs = slots.map((slot) => ({ slot, tokens }));
  return async () => {
    for (const slot of slots) session.write(slot, null);
    if (way === 'runs') await session.prefill(runs);
    else for (const token of tokens) await session.decode(slots, new Int32Array(stories).fill(token));
    return stories * length;
  };
}
