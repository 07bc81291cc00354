/**
 * Trains the starter, then writes it in half precision to models/starter with its card:
 * `npm run train:starter -- --novels FOLDER --epochs 9`. The novels are cleaned and made Simplified by our cleaner.
 */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseFlags, runCommand } from '#cli';
import { type Novel, readNovel } from '#text';
import { publishStarter } from './parts/publish-starter.ts';
import { runTraining } from './parts/run-training.ts';

const spec = {
  command: 'train-starter',
  flags: {
    novels: { kind: 'text', required: true },
    epochs: { kind: 'number', min: 0.01, max: 1000, default: 9 },
    out: { kind: 'text', default: 'models/runs/starter' },
    seed: { kind: 'integer', min: 0, max: Number.MAX_SAFE_INTEGER, default: 1 },
    resume: { kind: 'switch' },
    publishOnly: { kind: 'switch' },
  },
} as const;

await runCommand(async (t) => {
  const { novels: source, epochs, out: folder, seed, resume, publishOnly } = parseFlags(spec);
  const files = readdirSync(source).filter((name) => name.endsWith('.txt'));
  const texts: Novel[] = [];
  for (const name of files.sort()) texts.push(await readNovel(join(source, name), { convert: 'simplified' }));
  if (!publishOnly) {
    const title = texts.map((novel) => novel.title).join('、');
    const run = { title, texts, folder, seed, resume, script: 'simplified', preset: 'standard' } as const;
    const { reason } = await runTraining(t, { ...run, budget: { epochs }, patience: 1_000 });
    if (reason === 'interrupted') return;
  }
  await publishStarter(folder, 'models/starter', texts);
});
