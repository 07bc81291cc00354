/** Trains a model on a novel: `npm run train -- --novel FILE`. */
import { join } from 'node:path';
import { parseFlags, runCommand } from '#cli';
import { type PresetName, presets, readCheckpoint } from '#lstm';
import { guessScript, readNovel } from '#text';
import { runTraining } from './parts/run-training.ts';

const spec = {
  command: 'train',
  flags: {
    novel: { kind: 'text', required: true },
    preset: { kind: 'choice', choices: Object.keys(presets), default: 'standard' },
    minutes: { kind: 'number', min: 0.01, max: 100_000 },
    epochs: { kind: 'number', min: 0.01, max: 10_000 },
    resume: { kind: 'switch' },
    out: { kind: 'text' },
    from: { kind: 'text' },
    seed: { kind: 'integer', min: 0, max: Number.MAX_SAFE_INTEGER, default: 1 },
    learningRate: { kind: 'number', min: 1e-6, max: 1 },
    convert: { kind: 'choice', choices: ['none', 'simplified', 'traditional'], default: 'none' },
    encoding: { kind: 'text' },
  },
} as const;

await runCommand(async (t, config) => {
  const {
    novel: file,
    out,
    from,
    learningRate,
    encoding,
    convert,
    minutes,
    epochs,
    ...flags
  } = parseFlags(spec);
  const preset = flags.preset as PresetName;
  const novel = await readNovel(file, { convert, ...(encoding !== undefined && { encoding }) });
  await runTraining(t, {
    ...flags,
    preset,
    title: novel.title,
    texts: [novel],
    script: await guessScript(novel.text),
    folder: out ?? join(config.runs, `${novel.title}-${preset}`),
    budget: { ...(minutes !== undefined && { minutes }), ...(epochs !== undefined && { epochs }) },
    ...(from !== undefined && { from: readCheckpoint(from) }),
    ...(learningRate !== undefined && { recipe: { learningRate } }),
  });
});
