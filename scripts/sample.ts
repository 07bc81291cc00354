/** Writes on from a text and prints the story: the same flags, model and machine give the same story. */
import { parseFlags, runCommand } from '#cli';
import { onnxEngine } from '#engines/onnx';
import { defaultSettings, loadModel, settingLimits, tell } from '#generation';
import { Random } from '#random';

const { temperature, length, topK, topP, minP } = settingLimits;
const spec = {
  command: 'sample',
  flags: {
    prompt: { kind: 'text', default: '' },
    length: { kind: 'integer', ...length, default: defaultSettings.length },
    temperature: { kind: 'number', ...temperature, default: defaultSettings.temperature },
    seed: { kind: 'integer', min: 0, max: Number.MAX_SAFE_INTEGER, default: 0 },
    topK: { kind: 'integer', ...topK },
    topP: { kind: 'number', ...topP },
    minP: { kind: 'number', ...minP },
    model: { kind: 'text' },
  },
} as const;

await runCommand(async (_t, config) => {
  const { prompt, seed, model: path = config.model, ...settings } = parseFlags(spec);
  const model = loadModel(path);
  await using session = await onnxEngine.open(model, { slots: 1, topK: model.vocabulary.size });
  for await (const piece of tell(session, model, prompt, settings, Random.seeded(seed)))
    process.stdout.write(piece);
  process.stdout.write('\n');
});
