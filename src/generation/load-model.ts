import { UserError } from '#errors';
import { type Model, type ModelCard, readCheckpoint } from '#lstm';
import { Vocabulary } from '#text';

/** A model as writing needs it. */
export type LoadedModel = Model & { readonly vocabulary: Vocabulary; readonly about: ModelCard };

/**
 * Reads a model: a safetensors file, or a folder that holds `model.safetensors`.
 * @throws UserError what `readCheckpoint` and `Vocabulary.parse` throw, `model.vocabulary-mismatch`
 */
export function loadModel(path: string): LoadedModel {
  const { config, weights, about, ...checkpoint } = readCheckpoint(path);
  const vocabulary = Vocabulary.parse(checkpoint.vocabulary);
  if (vocabulary.size !== config.vocabulary) throw new UserError('model.vocabulary-mismatch');
  return { config, weights, vocabulary, about };
}
