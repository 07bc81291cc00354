/** Writes on from a text and prints the story: the same flags, model and machine give the same story. */
import { parseFlags, runCommand } from '#cli';
import { checkBanned, checkRemembered, defaultSettings, settingLimits, tell, writerOn } from '#generation';
import { openModel } from '../src/open-model.ts';

const { temperature, paragraphTemperature, length, repetition, cache, topK, topP, minP } = settingLimits;
const spec = {
  command: 'sample',
  flags: {
    prompt: { kind: 'text', default: '' },
    length: { kind: 'integer', ...length, default: defaultSettings.length },
    temperature: { kind: 'number', ...temperature, default: defaultSettings.temperature },
    paragraphTemperature: {
      kind: 'number',
      ...paragraphTemperature,
      default: defaultSettings.paragraphTemperature,
    },
    repetition: { kind: 'number', ...repetition, default: defaultSettings.repetition },
    ban: { kind: 'text', default: '' },
    remember: { kind: 'text', default: '' },
    cache: { kind: 'number', ...cache, default: defaultSettings.cache },
    seed: { kind: 'integer', min: 0, max: Number.MAX_SAFE_INTEGER, default: 0 },
    topK: { kind: 'integer', ...topK },
    topP: { kind: 'number', ...topP },
    minP: { kind: 'number', ...minP, default: defaultSettings.minP },
    model: { kind: 'text' },
  },
} as const;

await runCommand(async (_t, config) => {
  const { prompt, seed, ban, remember, model: path = config.model, ...sampling } = parseFlags(spec);
  const list = (typed: string) => typed.split(/[,，、]/);
  const phrases = { banned: checkBanned(list(ban)), remembered: checkRemembered(list(remember)) };
  const settings = { ...sampling, ...phrases };
  await using opened = await openModel(path, { slots: 1 });
  const { session, model } = opened;
  for await (const piece of tell(writerOn(session, model), model, prompt, settings, seed))
    process.stdout.write(piece);
  process.stdout.write('\n');
});
