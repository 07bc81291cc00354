/** A contestant of ours: `main.ts '{"what": …}'`; how it is spoken to stands in ../contest/contestant.ts. */
import { createInterface } from 'node:readline';
import { float32Products, integerPeak } from './arithmetic-peak.ts';
import { generation, starter } from './generation.ts';
import { memoryScan } from './memory-scan.ts';
import { prefill } from './prefill.ts';
import type { Step } from './step.ts';
import { training } from './training.ts';

const kinds = { training, float32Products, generation, starter, prefill, memoryScan, integerPeak } as const;
type Kind = keyof typeof kinds;
/** What a contestant of ours is asked for. */
export type Task = { [K in Kind]: { readonly what: K } & Parameters<(typeof kinds)[K]>[0] }[Kind];

const WARM_UP = 2;
const answer = (line: object): void => void process.stdout.write(`${JSON.stringify(line)}\n`);

const task = JSON.parse(process.argv[2]!) as Task;
const prepare = kinds[task.what] as (task: Task) => Promise<Step>;
const step = await prepare(task);
for (let i = 0; i < WARM_UP; i++) await step();
answer({ ready: {} });
for await (const line of createInterface(process.stdin)) {
  const { seconds } = JSON.parse(line) as { seconds: number };
  await step();
  let amount = 0;
  const begin = performance.now();
  let taken = 0;
  do {
    amount += await step();
    taken = (performance.now() - begin) / 1000;
  } while (taken < seconds);
  answer({ amount, seconds: taken });
}
process.exit(0);
