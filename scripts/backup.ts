/** Copies everything that is kept, also while the bot runs. */
import path from 'node:path';
import { parseFlags, runCommand } from '#cli';
import { UserError } from '#errors';
import { BACKUPS_KEPT, backUp, storeFile } from '#storage';

await runCommand(async (t, { data, store }) => {
  const { to } = parseFlags({ command: 'backup', flags: { to: { kind: 'text' } } });
  if (store) throw new UserError('storage.redis-backup');
  const { file, records } = await backUp(storeFile(data), to ?? path.join(data, 'backups'));
  process.stdout.write(`${t('storage.backup.done', { file, records, kept: BACKUPS_KEPT })}\n`);
});
