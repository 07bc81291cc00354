/** `npm run bench -- WHAT`: figures of this machine, as ratios within one run. */
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { parseFlags, runCommand, UsageError } from '#cli';
import type { Translator } from '#i18n';
import { DISTURBED, watchOthers } from './contest/disturbance.ts';
import { conversationsBench } from './conversations/conversations.ts';
import { generationBench } from './generation.ts';
import { idleBench } from './idle.ts';
import { machine } from './machine.ts';
import { installPeers } from './peers/install.ts';
import { prefillBench } from './prefill.ts';
import { gain, onePass, recipes } from './recipes.ts';
import type { RunOptions } from './run-options.ts';
import { scalingBench } from './scaling.ts';
import {
  conversationsTables,
  generationTables,
  idleTable,
  prefillTables,
  scalingTable,
  surroundings,
  trainingTables,
} from './tables.ts';
import { trainingBench } from './training.ts';

const spec = {
  command: 'bench',
  flags: {
    what: { kind: 'text', positional: true, required: true },
    peers: { kind: 'switch' },
    venv: { kind: 'text', default: path.join(import.meta.dirname, '..', '.cache', 'peers') },
    rounds: { kind: 'integer', min: 1, max: 1000, default: 7 },
    threads: { kind: 'integer', min: 1, max: 64, default: 2 },
    novels: { kind: 'text' },
    model: { kind: 'text' },
    tokens: { kind: 'integer', min: 1000, max: 1e9 },
    json: { kind: 'switch' },
  },
} as const;

/** What a bench found: for `--json`, and as tables. */
type Outcome = {
  readonly figures: object;
  readonly versions?: Readonly<Record<string, string>>;
  readonly tables: (t: Translator) => string;
};

await runCommand(async (t, config) => {
  const { what, novels, model, tokens, threads, rounds, peers, venv, json } = parseFlags(spec);
  const novelFiles = () => {
    const files = (novels ?? '').split(',').filter(Boolean);
    if (files.length === 0) throw new UsageError('cli.missing', { name: '--novels' });
    return files;
  };
  const report = (line: string) => void process.stderr.write(line.endsWith('\n') ? line : `${line}\n`);

  const benches: Record<string, (options: RunOptions) => Promise<Outcome>> = {
    async training(options) {
      const figures = await trainingBench(options);
      return { figures, versions: figures.versions, tables: (t) => trainingTables(figures, t) };
    },
    async generation(options) {
      const figures = await generationBench(options);
      return { figures, versions: figures.versions, tables: (t) => generationTables(figures, t) };
    },
    async prefill(options) {
      const figures = await prefillBench(options);
      return { figures, tables: (t) => prefillTables(figures, t) };
    },
    async scaling(options) {
      const series = await scalingBench(options);
      return { figures: { series }, tables: (t) => scalingTable(series, t) };
    },
    async idle(options) {
      const figures = await idleBench(model ?? config.model, options.threads);
      return { figures, tables: (t) => idleTable(figures, t) };
    },
    async conversations(options) {
      const figures = await conversationsBench(options);
      return { figures, tables: (t) => conversationsTables(figures, t) };
    },
    async recipes() {
      const files = novelFiles();
      const progress = (run: object) => report(JSON.stringify(run));
      const runs = await recipes(files, tokens ?? (await onePass(files)), progress);
      const rows = [...runs, { preset: 'seed − standard', heldOutBits: gain(runs) }];
      return { figures: { rows }, tables: () => rows.map((row) => `${JSON.stringify(row)}\n`).join('') };
    },
  };
  const bench = Object.hasOwn(benches, what) ? benches[what] : undefined;
  if (!bench) throw new UsageError('cli.not-a-bench', { what, choices: Object.keys(benches).join(', ') });

  const python = peers ? await installPeers(venv, report) : undefined;
  const others = watchOthers();
  await setTimeout(1000);
  const load = others();
  if (load !== undefined && load > DISTURBED)
    report(t('bench.busy', { load: `${Math.round(100 * load)} %` }));
  const { figures, versions, tables } = await bench({ threads, rounds, python, report });
  if (json) {
    const about = { bench: what, machine: machine(), threads, rounds };
    process.stdout.write(`${JSON.stringify({ ...figures, ...about })}\n`);
  } else {
    process.stdout.write(`${tables(t)}\n${surroundings(machine(), threads, versions ?? {}, t)}`);
  }
});
