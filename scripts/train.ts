/** Trains a model on a novel: `npm run train -- --novel FILE`. */
import { parseFlags, runCommand, UsageError } from '#cli';
import { type PresetName, readCheckpoint } from '#lstm';
import { guessScript, readNovel } from '#text';
import { checkFolder } from '#training';
import { runTraining } from './parts/run-training.ts';
import { trainFlags } from './parts/train-flags.ts';
import { trainFolder } from './parts/train-folder.ts';

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
  const folder = out ?? (await trainFolder(config.runs, { novel: file, preset, from }));
  checkFolder(folder, flags);
  const novel = await readNovel(file, {
    convert: convert ?? script,
    ...(encoding !== undefined && { encoding }),
  });
  const { title, characters, chapters, encoding: guess } = novel;
  const words = { title, characters, chapters: chapters.length, encoding: guess.name };
  process.stdout.write(`${t('train.read', words)}\n`);
  if (from !== undefined && !flags.resume) {
    const converted = convert === undefined && novel.report.changed.converted ? script : 'none';
    process.stdout.write(`${t('train.from', { from, converted })}\n`);
  }
  await runTraining(t, {
    ...flags,
    preset,
    title,
    cursor: config.cursor,
    texts: [novel],
    script: await guessScript(novel.text),
    folder,
    budget: { ...(minutes !== undefined && { minutes }), ...(epochs !== undefined && { epochs }) },
    ...(base && { from: base }),
    ...(learningRate !== undefined && { recipe: { learningRate } }),
  });
});
