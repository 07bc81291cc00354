import { parseFlags, runCommand } from '#cli';
import { buildApp } from '../src/app.ts';

await runCommand(
  async (_t, config, leaving) => {
    const flags = parseFlags({
      command: 'chat',
      flags: { model: { kind: 'text' } },
    });
    await using app = await buildApp({ ...config, model: flags.model ?? config.model });
    await app.run(leaving);
  },
  { endsItself: true },
);
