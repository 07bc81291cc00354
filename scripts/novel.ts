/** Keeps cleaned novels under the name of the line of models that is to learn from them. */
import path from 'node:path';
import { parseFlags, runCommand, UsageError } from '#cli';
import { writeAtomically } from '#lstm';
import { keepNovel, listNovels, readNovel } from '#text';

await runCommand(async (t, config) => {
  const { action, file, line, encoding, convert, force } = parseFlags({
    command: 'novel',
    flags: {
      action: { kind: 'text', required: true, positional: true },
      file: { kind: 'text', positional: true },
      line: { kind: 'text' },
      encoding: { kind: 'text' },
      convert: { kind: 'choice', choices: ['none', 'simplified', 'traditional'], default: 'none' },
      force: { kind: 'switch' },
    },
  });
  const folder = path.join(config.data, 'novels');
  if (action === 'list') {
    const novels = await listNovels(folder);
    const rows = novels.map(({ chapters, ...kept }) =>
      t('text.novel.entry', { ...facts(kept), chapters: chapters.length }),
    );
    process.stdout.write(`${rows.length ? rows.join('\n') : t('text.novel.none')}\n`);
  } else if (action !== 'add') throw new UsageError('text.unknown-action', { action });
  else if (file === undefined) throw new UsageError('cli.missing', { name: 'FILE' });
  else {
    const novel = await readNovel(file, { convert, ...(encoding === undefined ? {} : { encoding }) });
    const { kept, path: where } = await keepNovel(novel, {
      folder,
      line,
      source: file,
      convert,
      force,
      save: writeAtomically,
    });
    const { chapters } = kept;
    process.stdout.write(
      `${t('text.novel.added', { ...facts(kept), chapters: chapters.length, path: where })}\n`,
    );
  }
});

function facts({ line, title, characters }: { line: string; title: string; characters: number }) {
  return { line, title, characters };
}
