import { parseFlags, runCommand } from '#cli';
import { buildApp } from './app.ts';

await runCommand(
  async (_t, config, leaving) => {
    parseFlags({ command: 'start', flags: {} });
    await using app = await buildApp(config);
    await app.run(leaving);
  },
  { endsItself: true },
);
