/** Keeps versions of models: `npm run model -- list`. */
import { parseFlags, runCommand, UsageError } from '#cli';
import { describeError } from '#i18n';
import { openRegistry, STARTER_LINE } from '#registry';
import { addModel, lineOf, useModel } from './parts/model-actions.ts';
import { describeVersion, listVersions } from './parts/model-report.ts';

await runCommand(async (t, config) => {
  const { action, what, line } = parseFlags({
    command: 'model',
    flags: {
      action: { kind: 'text', positional: true },
      what: { kind: 'text', positional: true },
      line: { kind: 'text' },
    },
  });
  const say = (text: string) => void process.stdout.write(`${text}\n`);
  const registry = openRegistry({
    folder: config.versions,
    starter: config.model,
    onDamage: (damage) => process.stderr.write(`${describeError(damage, t)}\n`),
  });
  const surroundings = { registry, config, t, say };
  const needed = (name: string): string => {
    if (what === undefined) throw new UsageError('cli.missing', { name });
    return what;
  };
  if (action === undefined) throw new UsageError('registry.no-action');
  if (action === 'list') return say(listVersions(registry, t, line));
  if (action === 'add') return addModel(surroundings, needed('FOLDER'), line);
  if (action === 'rollback') return useModel(surroundings, line ?? STARTER_LINE, undefined);
  if (!['show', 'use', 'remove'].includes(action))
    throw new UsageError('registry.unknown-action', { action });
  const id = needed('VERSION');
  const own = line ?? lineOf(registry, id);
  if (action === 'show') return say(describeVersion(registry, registry.find(own, id), t));
  if (action === 'use') return useModel(surroundings, own, id);
  say(t('registry.removed', { line: own, version: registry.remove(own, id) }));
});
