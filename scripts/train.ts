/** Trains a model on a novel: `npm run train -- --novel FILE`. */
import { join } from 'node:path';
import { parseFlags, runCommand, UsageError } from '#cli';
import { type PresetName, readCheckpoint } from '#lstm';
import { guessScript, lineName, readNovel } from '#text';
import { runTraining } from './parts/run-training.ts';
import { trainFlags } from './parts/train-flags.ts';

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
  } = parseFlags(trainFlags);
  if (minutes !== undefined && epochs !== undefined)
    throw new UsageError('cli.either-or', { first: 'minutes', second: 'epochs' });
  const preset = flags.preset as PresetName;
  const base = from === undefined ? undefined : readCheckpoint(from);
  // A model of the other script would have to write nearly every character of the novel in bytes.
  const script = base && base.about.script !== 'other' ? base.about.script : 'none';
  const novel = await readNovel(file, {
    convert: convert ?? script,
    ...(encoding !== undefined && { encoding }),
  });
  const { title, characters, chapters, encoding: guess } = novel;
  const words = { title, characters, chapters: chapters.length, encoding: guess.name };
  process.stdout.write(`${t('train.read', words)}\n`);
  await runTraining(t, {
    ...flags,
    preset,
    title,
    cursor: config.cursor,
    texts: [novel],
    script: await guessScript(novel.text),
    folder: out ?? join(config.runs, `${lineName(title)}-${preset}`),
    budget: { ...(minutes !== undefined && { minutes }), ...(epochs !== undefined && { epochs }) },
    ...(base && { from: base }),
    ...(learningRate !== undefined && { recipe: { learningRate } }),
  });
});
