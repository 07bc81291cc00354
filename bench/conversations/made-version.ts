import path from 'node:path';
import { prepareForServing } from '#engines/onnx';
import { type Checkpoint, presets, writeCheckpoint, writeServing } from '#lstm';
import { Random } from '#random';
import { someVocabulary, sureModel } from '../contestants/model.ts';
import { someTokens } from '../contestants/open.ts';
import { VOCABULARY } from '../note.ts';

/** Writes a model of the preset `seed` into a folder, prepared for serving; another `variant` is another version. */
export async function makeVersion(folder: string, variant: number): Promise<string> {
  const vocabulary = someVocabulary(VOCABULARY);
  const config = { ...presets.seed.model, vocabulary: vocabulary.size };
  const model = await sureModel(config, vocabulary);
  const random = Random.seeded(variant);
  const bias = model.weights['output.bias']!.map((value) => value + 0.01 * random.next());
  const checkpoint: Checkpoint = {
    config,
    weights: { ...model.weights, 'output.bias': bias },
    vocabulary: vocabulary.toJSON(),
    about: {
      title: `variant ${variant}`,
      preset: 'seed',
      script: 'simplified',
      openings: [],
      tokensRead: 0,
      heldOutBits: null,
    },
  };
  const file = path.join(folder, 'model.safetensors');
  writeCheckpoint(file, checkpoint);
  writeServing(folder, checkpoint, await prepareForServing(checkpoint, someTokens(config.vocabulary, 512)));
  return folder;
}
