/** Prints the layers of a preset or of a model, as Keras' summary does. */
import { parseFlags, runCommand, table, UsageError } from '#cli';
import { countParameters, layers, type PresetName, presets, readCheckpoint } from '#lstm';

const spec = {
  command: 'summary',
  flags: {
    preset: { kind: 'choice', choices: Object.keys(presets) as PresetName[] },
    vocabulary: { kind: 'integer', min: 1, max: 1_000_000 },
    model: { kind: 'text' },
  },
} as const;

await runCommand(async (t, { model: defaultModel }) => {
  const { preset, vocabulary, model } = parseFlags(spec);
  if (preset && model) throw new UsageError('cli.either-or', { first: 'preset', second: 'model' });
  if (preset && !vocabulary) throw new UsageError('cli.missing', { name: '--vocabulary' });
  const config =
    preset && vocabulary
      ? { ...presets[preset].model, vocabulary }
      : readCheckpoint(model ?? defaultModel).config;

  const number = new Intl.NumberFormat(t.locale);
  const rows = layers(config).map(({ name, units, parameters }) => [
    t(`cli.summary.${name}`),
    `(B, T, ${units})`,
    number.format(parameters),
  ]);
  const heads = [t('cli.summary.layer'), t('cli.summary.output'), t('cli.summary.parameters')];
  const total = [t('cli.summary.total'), '', number.format(countParameters(config))];
  process.stdout.write(table([heads, ...rows, total]));
});
