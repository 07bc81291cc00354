/** Puts a backup in the place of what is kept, now or at the next start. */
import { parseFlags, runCommand } from '#cli';
import { UserError } from '#errors';
import { readKey, restore } from '#storage';

await runCommand(async (t, { data, store, keyFile }) => {
  const { file } = parseFlags({
    command: 'restore',
    flags: { file: { kind: 'text', positional: true, required: true } },
  });
  if (store) throw new UserError('storage.redis-backup');
  const { records, taken, previous } = await restore(
    file,
    data,
    keyFile ? await readKey(keyFile) : undefined,
  );
  const words = taken
    ? t('storage.restore.done', { file, records, previous: previous ?? 'none' })
    : t('storage.restore.waiting', { file, records });
  process.stdout.write(`${words}\n`);
});
