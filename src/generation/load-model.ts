import { UserError } from '#errors';
import { type Model, type ModelCard, readCheckpoint } from '#lstm';
import { type VerbatimFilter, Vocabulary } from '#text';
import { readVerbatim } from './verbatim-file.ts';

/** A model as writing needs it. */
export type LoadedModel = Model & {
  readonly vocabulary: Vocabulary;
  readonly about: ModelCard;
  /** Its novel, which must not be copied from, if the filter stands beside it. */
  readonly verbatim?: VerbatimFilter | undefined;
};

/**
 * Reads a model: a safetensors file, or a folder that holds `model.safetensors`.
 * @throws UserError what `readCheckpoint`, `readVerbatim` and `Vocabulary.parse` throw,
 *   `model.vocabulary-mismatch`
 */
export function loadModel(path: string): LoadedModel {
  const { config, weights, about, ...checkpoint } = readCheckpoint(path);
  const vocabulary = Vocabulary.parse(checkpoint.vocabulary);
  if (vocabulary.size !== config.vocabulary) throw new UserError('model.vocabulary-mismatch');
  return { config, weights, vocabulary, about, verbatim: readVerbatim(path) };
}
