import { parseFlags, runCommand } from '#cli';
import { buildApp } from './app.ts';

await runCommand(async (_t, config) => {
  parseFlags({ command: 'start', flags: {} });
  await using app = await buildApp(config);
  await app.run();
});
