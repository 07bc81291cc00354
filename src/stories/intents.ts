import type { Change } from '#storage';
import type { Core } from './core.ts';
import type { Intent } from './records.ts';

/**
 * Does something that a crash may not leave half done. `task` is given the change that says that it is done; what
 * fails before that is written is taken up again by `resume`.
 */
export async function intend<T>(
  { shelf, newId, underway }: Core,
  intent: Intent,
  task: (fulfilled: Change) => Promise<T>,
): Promise<T> {
  const key = newId();
  underway.add(key);
  try {
    await shelf.write([shelf.intents.put(key, intent)]);
    return await task(shelf.intents.drop(key));
  } finally {
    underway.delete(key);
  }
}

/** The same for what leaves nothing legible of what it took away. */
export function carryOut<T>(core: Core, intent: Intent, task: () => Promise<T>): Promise<T> {
  const { shelf } = core;
  return intend(core, intent, async (fulfilled) => {
    const result = await task();
    await shelf.purge();
    await shelf.write([fulfilled]);
    return result;
  });
}
