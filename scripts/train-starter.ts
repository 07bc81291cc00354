/**
 * Trains the starter: `npm run train:starter -- --novels FOLDER --epochs N [--resume]`, then writes it in half
 * precision to models/starter with its card. The novels are read, cleaned and made Simplified by our own cleaner.
 */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseFlags, runCommand } from '#cli';
import { onnxEngine } from '#engines/onnx';
import { readNovel } from '#text';
import { train } from '#training';

const spec = {
  command: 'train-starter',
  flags: {
    novels: { kind: 'text', required: true },
    epochs: { kind: 'number', min: 0.01, max: 1000, default: 10 },
    out: { kind: 'text', default: 'models/runs/starter' },
    seed: { kind: 'integer', min: 0, max: 2 ** 32 - 1, default: 1 },
    resume: { kind: 'switch' },
  },
} as const;

await runCommand(async () => {
  const flags = parseFlags(spec);
  const files = readdirSync(flags.novels)
    .filter((name) => name.endsWith('.txt'))
    .sort(); // prettier-ignore
  const texts = [];
  for (const name of files) texts.push(await readNovel(join(flags.novels, name), { convert: 'simplified' }));
  await train({
    engine: onnxEngine,
    texts,
    script: 'simplified',
    preset: 'standard',
    folder: flags.out,
    seed: flags.seed,
    budget: { epochs: flags.epochs },
    resume: flags.resume,
    patience: 1_000,
    observer: {
      evaluated(step, { bitsPerCharacter }) {
        process.stdout.write(`${JSON.stringify({ step, bitsPerCharacter, time: Date.now() })}\n`);
      },
    },
  });
});
