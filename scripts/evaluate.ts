/** Tells how well a model foretells a text, chapter by chapter as training does with what it holds out. */
import { parseFlags, runCommand } from '#cli';
import { onnxEngine } from '#engines/onnx';
import { loadModel } from '#generation';
import { readNovel } from '#text';
import { EVALUATION_SHAPE, evaluate, splitCorpus } from '#training';

await runCommand(async (t, config) => {
  const flags = parseFlags({
    command: 'evaluate',
    flags: {
      text: { kind: 'text', required: true },
      model: { kind: 'text' },
      json: { kind: 'switch' },
    },
  });
  const model = loadModel(flags.model ?? config.model);
  const { script } = model.about;
  const novel = await readNovel(flags.text, { convert: script === 'other' ? 'none' : script });
  const { training, heldOut } = splitCorpus([novel]);
  await using session = await onnxEngine.score(model, EVALUATION_SHAPE);
  const { characters: _, ...scores } = await evaluate(session, [...training, ...heldOut], model.vocabulary);
  if (flags.json) {
    process.stdout.write(`${JSON.stringify(scores)}\n`);
    return;
  }
  const shown = {
    bits: scores.bitsPerCharacter.toFixed(3),
    perplexity: scores.perplexity.toFixed(1),
    unknown: (100 * scores.unknownShare).toFixed(2),
  };
  process.stdout.write(`${t('cli.evaluate.result', shown)}\n`);
});
