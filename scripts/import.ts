/** Takes a story that was exported as json in, as a new one of the chat. */
import { readFile } from 'node:fs/promises';
import { parseStoryFile } from '#books';
import { parseFlags, runCommand } from '#cli';
import { UserError } from '#errors';
import { PLACE } from '#platforms/console';
import { openStories } from './parts/open-stories.ts';

await runCommand(
  async (t, config) => {
    const { file } = parseFlags({
      command: 'import',
      flags: { file: { kind: 'text', positional: true, required: true } },
    });
    const bytes = await readFile(file).catch((error: NodeJS.ErrnoException) => {
      throw new UserError('chat.cannot-read', { file, code: error.code ?? error.message }, { cause: error });
    });
    const filed = parseStoryFile(bytes);
    await using core = await openStories(config);
    const { title } = await core.stories.load(filed, PLACE);
    const count = filed.passages.length;
    process.stdout.write(`${t('chat.imported', { title: title ?? t('books.untitled'), count })}\n`);
  },
  { endsItself: true },
);
