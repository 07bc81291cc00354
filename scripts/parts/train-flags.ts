import { presets } from '#lstm';

/** Flags of `npm run train`. */
export const trainFlags = {
  command: 'train',
  flags: {
    novel: { kind: 'text', required: true },
    preset: { kind: 'choice', choices: Object.keys(presets), default: 'standard' },
    minutes: { kind: 'number', min: 0.01, max: 100_000 },
    epochs: { kind: 'number', min: 0.01, max: 10_000 },
    resume: { kind: 'switch' },
    out: { kind: 'text' },
    from: { kind: 'text' },
    seed: { kind: 'integer', min: 0, max: Number.MAX_SAFE_INTEGER, default: 1 },
    learningRate: { kind: 'number', min: 1e-6, max: 1 },
    convert: { kind: 'choice', choices: ['none', 'simplified', 'traditional'] },
    encoding: { kind: 'text' },
  },
} as const;
