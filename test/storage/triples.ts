import { z } from 'zod';
import type { Kind, Storage } from '#storage';

/** Writers that work at once; each has a story of its own. */
export const WRITERS = 4;

export const passages: Kind<{ text: string }> = {
  name: 'passage',
  version: 1,
  schema: z.object({ text: z.string() }),
};
export const heads: Kind<{ n: number }> = { name: 'head', version: 1, schema: z.object({ n: z.number() }) };
export const states: Kind<Uint8Array> = { name: 'state', version: 1, schema: z.instanceof(Uint8Array) };

/** What a writer writes as its `n`th: long enough that it cannot be written in one go. */
export function triple(writer: number, n: number) {
  return {
    passage: { text: `${writer}-${n}：${'蕭炎'.repeat(20 + (n % 300))}` },
    head: { n },
    state: Uint8Array.from({ length: 6000 }, (_, i) => (i * 31 + n * 7 + writer) % 256),
  };
}

/**
 * What is wrong with a store that was cut off, given the last triple of each writer that was acknowledged: an acknowledged
 * passage that is gone or changed, a head without its passage, a state that is not its head's.
 */
export async function problemsOf(storage: Storage, acknowledged: readonly number[]): Promise<string[]> {
  const problems: string[] = [];
  for (let writer = 0; writer < WRITERS; writer++) {
    const head = (await storage.store(heads).get(`${writer}`))?.n ?? 0;
    const promised = acknowledged[writer] ?? 0;
    if (head < promised) problems.push(`writer ${writer}: head ${head}, though ${promised} was acknowledged`);
    const names = Array.from({ length: head }, (_, i) => `${writer}-${i + 1}`);
    const texts = await storage.store(passages).getMany(names);
    for (const [i, found] of texts.entries())
      if (found?.text !== triple(writer, i + 1).passage.text)
        problems.push(`passage ${names[i]} is gone or changed`);
    const state = await storage.store(states).get(`${writer}`);
    if (head > 0 && (!state || Buffer.compare(state, triple(writer, head).state) !== 0))
      problems.push(`writer ${writer}: the state is not that of ${head}`);
  }
  return problems;
}
