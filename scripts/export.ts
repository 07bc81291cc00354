/** Writes a story of the chat to a file: to be read, or to be imported elsewhere. */
import { statSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { formats } from '#books';
import { parseFlags, runCommand } from '#cli';
import { makeBookOf, writeBeside, writeNew } from '#platforms/console';
import { findStory } from './parts/find-story.ts';
import { openStories } from './parts/open-stories.ts';

await runCommand(
  async (t, config) => {
    const flags = parseFlags({
      command: 'export',
      flags: {
        format: { kind: 'choice', choices: formats, required: true },
        story: { kind: 'text' },
        to: { kind: 'text' },
      },
    });
    await using core = await openStories(config);
    const { stories, generator } = core;
    const story = await findStory(stories, flags.story);
    const { name, bytes } = await makeBookOf({ stories, models: generator }, story, flags.format, t.locale);
    const { to = '.' } = flags;
    const isFolder = statSync(to, { throwIfNoEntry: false })?.isDirectory() ?? false;
    const file = isFolder
      ? await writeBeside(to, name, bytes)
      : await writeNew(dirname(to), basename(to), bytes);
    process.stdout.write(`${t('chat.exported', { file })}\n`);
  },
  { endsItself: true },
);
