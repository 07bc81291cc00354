import { parseFlags, runCommand } from '#cli';
import { buildApp } from '../src/app.ts';

await runCommand(
  async (_t, config, leaving) => {
    const flags = parseFlags({
      command: 'chat',
      flags: { model: { kind: 'text' } },
    });
    const { model } = flags;
    await using app = await buildApp(
      model === undefined ? config : { ...config, model, versions: undefined },
    );
    await app.run(leaving);
  },
  { endsItself: true },
);
