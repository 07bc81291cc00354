/** Tells how well a model foretells a text, beside an n-gram model and compressors that have read the same novel. */
import { parseFlags, runCommand } from '#cli';
import { loadModel } from '#generation';
import { evaluationJson, evaluationReport } from './parts/evaluation-report.ts';
import { namesReport } from './parts/names-report.ts';
import { readTexts } from './parts/read-texts.ts';
import { runEvaluation, sectionsToRead } from './parts/run-evaluation.ts';
import { runNames } from './parts/run-names.ts';
import { stageLine } from './parts/stage-line.ts';

await runCommand(async (t, config) => {
  const flags = parseFlags({
    command: 'evaluate',
    flags: {
      text: { kind: 'text', required: true },
      against: { kind: 'text' },
      heldOut: { kind: 'switch' },
      model: { kind: 'text' },
      serving: { kind: 'switch' },
      encoding: { kind: 'text' },
      names: { kind: 'switch' },
      heroes: { kind: 'text' },
      json: { kind: 'switch' },
    },
  });
  const { text, against, heldOut, encoding } = flags;
  const path = flags.model ?? config.model;
  const stage = stageLine(process.stderr, config.cursor);
  const model = loadModel(path);
  const { script } = model.about;
  const reading = { encoding, convert: script === 'other' ? 'none' : script } as const;
  try {
    stage.show(t('cli.evaluate.reading'));
    const texts = await readTexts(text, { ...reading, anyText: true });
    if (flags.names) {
      const report = await runNames(model, path, sectionsToRead(texts, heldOut), flags.heroes, t, stage);
      stage.show('');
      process.stdout.write(flags.json ? `${JSON.stringify(report)}\n` : namesReport(report, t));
      return;
    }
    const novels = against === undefined ? undefined : await readTexts(against, reading);
    const request = { model, serving: flags.serving ? path : undefined, texts, novels, heldOut };
    const report = await runEvaluation(request, t, stage);
    stage.show('');
    for (const warning of report.warnings) process.stderr.write(`${warning}\n`);
    process.stdout.write(flags.json ? evaluationJson(report) : evaluationReport(report, t));
  } finally {
    stage.show('');
  }
});
