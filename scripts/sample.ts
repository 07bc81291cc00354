/** Writes on from a text and prints the story: the same flags, model and machine give the same story. */
import { parseFlags, runCommand } from '#cli';
import { onnxEngine } from '#engines/onnx';
import {
  chooseLead,
  defaultSettings,
  foldScript,
  inScript,
  loadModel,
  settingLimits,
  startCursor,
  write,
} from '#generation'; // prettier-ignore
import { Random } from '#random';

const { temperature, length, topK, topP, minP } = settingLimits;

await runCommand(async (_t, config) => {
  const flags = parseFlags({
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
  });
  const { prompt, seed, model: path = config.model, ...settings } = flags;
  const model = loadModel(path);
  const { vocabulary, about } = model;
  await using session = await onnxEngine.open(model, { slots: 1, topK: vocabulary.size });

  const random = Random.seeded(seed);
  const { text, script } = await foldScript(prompt, vocabulary, about.script);
  const lead = prompt === '' ? chooseLead(about, random) : '';
  const cursor = startCursor(vocabulary);
  const drawn = write({ session, vocabulary, slot: 0, cursor, opening: text + lead, settings, random });
  process.stdout.write(prompt + lead);
  for await (const piece of script ? inScript(drawn, script) : drawn) process.stdout.write(piece);
  process.stdout.write('\n');
});
