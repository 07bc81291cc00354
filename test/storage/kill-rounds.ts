import { setImmediate as turn } from 'node:timers/promises';
import type { Storage, StorageAddress } from '#storage';
import { startChild } from './start-child.ts';
import { problemsOf, WRITERS } from './triples.ts';

/** Lets a process write, kills it at a moment that differs from round to round, and looks at what it left. */
export async function killRounds(open: () => Promise<Storage>, place: StorageAddress, rounds: number) {
  const acknowledged = new Array<number>(WRITERS).fill(0);
  const problems: string[] = [];
  for (let round = 0; round < rounds; round++) {
    const child = startChild('write.ts', JSON.stringify(place));
    await child.said(1 + ((round * 7) % 40));
    // What it is about to do at that moment is not for us to know.
    for (let turns = (round * 997) % 2000; turns > 0; turns--) await turn();
    await child.kill('SIGKILL');
    for (const line of child.lines.slice(1)) {
      const [writer, n] = line.split(' ').map(Number);
      acknowledged[writer!] = Math.max(acknowledged[writer!]!, n!);
    }
    await using storage = await open();
    const found = await problemsOf(storage, acknowledged);
    problems.push(...found.map((problem) => `round ${round}: ${problem}`));
  }
  return { acknowledged: acknowledged.reduce((a, b) => a + b, 0), problems };
}
