import { expect, it } from 'vitest';
import { formats } from '#books';
import { startChild } from './child.ts';
import type { DeepOptions, DeepReport, DeepTask } from './deep.ts';
import { makePlace } from './place.ts';

const DEEP = 100_000;
/** MiB that a process may take: what is done to a story does not hold it; whoever reads all of it or makes a book does. */
const MOST = { tell: 400, load: 900, read: 900, erase: 900, export: 1200 } as const;

it('100,000 passages deep: gone on with, undone, chosen from, read, exported and erased from, each by a process of its own', async () => {
  const { config } = await makePlace();
  const reports: DeepReport[] = [];
  const run = async (task: DeepTask): Promise<DeepReport> => {
    const options: DeepOptions = { config, task, depth: DEEP };
    const before = reports.length;
    const child = startChild<DeepReport>('deep.ts', options, (report) => reports.push(report));
    expect(await child.ended).toBe(0);
    const report = reports[before]!;
    console.log(JSON.stringify({ ...task, ...report }));
    expect(report.peakMiB).toBeLessThan(MOST[task.kind]);
    return report;
  };
  const { story, other } = (await run({ kind: 'load' })).found as { story: string; other: string };
  expect((await run({ kind: 'tell', story, other })).found).toEqual({ same: true, depth: DEEP + 1 });
  // A process that knows nothing yet finds it as the last one left it.
  expect((await run({ kind: 'read', story })).found).toEqual({ length: DEEP + 1, whole: true });
  for (const format of formats)
    expect((await run({ kind: 'export', story, format })).found.bytes).toBeGreaterThan(DEEP);
  expect((await run({ kind: 'erase', story })).found).toEqual({ length: DEEP + 1, erased: true });
});
