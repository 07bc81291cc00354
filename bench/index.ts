/** `npm run bench -- training | generation | recipes`: figures of this machine, as ratios within one run. */
import { parseFlags, runCommand, UsageError } from '#cli';
import { generationSpeed } from './generation.ts';
import { machine } from './machine.ts';
import { gain, onePass, recipes } from './recipes.ts';
import { trainingSpeed } from './training.ts';

const spec = {
  command: 'bench',
  flags: {
    what: { kind: 'text', positional: true, required: true },
    novels: { kind: 'text' },
    tokens: { kind: 'integer', min: 1000, max: 1e9 },
    threads: { kind: 'integer', min: 1, max: 64, default: 2 },
    json: { kind: 'switch' },
  },
} as const;

const PRESETS = ['standard', 'seed'] as const;
const whole = (n: number): number => Math.round(n);
const ratio = (n: number): number => Number(n.toFixed(2));

await runCommand(async () => {
  const { what, novels, tokens, threads, json } = parseFlags(spec);
  const benches: Record<string, () => Promise<object[]>> = {
    async training() {
      const rows = [];
      for (const preset of PRESETS) rows.push(await trainingSpeed(preset, threads));
      const base = rows.at(-1)!.charsPerSecond;
      return rows.map((r) => ({
        ...r,
        charsPerSecond: whole(r.charsPerSecond),
        gflops: whole(r.gflops),
        vsSeed: ratio(r.charsPerSecond / base),
      }));
    },
    async generation() {
      const rows = [];
      for (const preset of PRESETS) {
        for (const count of [1, 8, 64]) rows.push(await generationSpeed(preset, count, threads));
      }
      const base = rows.find((r) => r.preset === 'seed' && r.rows === 1)!.charsPerSecond;
      return rows.map((r) => ({
        ...r,
        charsPerSecond: whole(r.charsPerSecond),
        vsSeedAlone: ratio(r.charsPerSecond / base),
      }));
    },
    async recipes() {
      const files = (novels ?? '').split(',').filter(Boolean);
      if (files.length === 0) throw new UsageError('cli.missing', { name: '--novels' });
      const progress = (run: object) => process.stderr.write(`${JSON.stringify(run)}\n`);
      const runs = await recipes(files, tokens ?? (await onePass(files)), progress);
      return [...runs, { preset: 'seed − standard', heldOutBits: gain(runs) }];
    },
  };
  const bench = Object.hasOwn(benches, what) ? benches[what] : undefined;
  if (!bench) throw new UsageError('cli.not-a-bench', { what, choices: Object.keys(benches).join(', ') });
  const rows = await bench();
  if (json) process.stdout.write(`${JSON.stringify({ bench: what, machine: machine(), threads, rows })}\n`);
  else {
    console.table(rows);
    process.stdout.write(`${JSON.stringify({ ...machine(), threads })}\n`);
  }
});
