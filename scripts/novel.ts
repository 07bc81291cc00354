/** Keeps cleaned novels under the name of the line of models that is to learn from them. */
import path from 'node:path';
import { formatKept, formatNovels, parseFlags, runCommand, UsageError } from '#cli';
import { writeAtomically as save } from '#lstm';
import { keepNovel, listNovels, readNovel } from '#text';

await runCommand(async (t, config) => {
  const { action, file, line, encoding, convert, force } = parseFlags({
    command: 'novel',
    flags: {
      action: { kind: 'text', positional: true },
      file: { kind: 'text', positional: true },
      line: { kind: 'text' },
      encoding: { kind: 'text' },
      convert: { kind: 'choice', choices: ['none', 'simplified', 'traditional'], default: 'none' },
      force: { kind: 'switch' },
    },
  });
  if (action === undefined) throw new UsageError('text.no-action');
  const folder = path.join(config.data, 'novels');
  if (action === 'list') {
    process.stdout.write(formatNovels(await listNovels(folder), t));
    return;
  }
  if (action !== 'add') throw new UsageError('text.unknown-action', { action });
  if (file === undefined) throw new UsageError('cli.missing', { name: 'FILE' });
  const novel = await readNovel(file, { convert, encoding });
  const kept = await keepNovel(novel, { folder, line, source: file, convert, force, save });
  process.stdout.write(formatKept(kept.record, kept.path, t));
});
