import { UserError } from '#errors';
import { type ModelCard, readServing, type ServingModel } from '#lstm';
import { type VerbatimFilter, Vocabulary } from '#text';
import { readVerbatim } from './verbatim-file.ts';

/** What writing needs to know of a model. */
export type WritingModel = {
  readonly vocabulary: Vocabulary;
  readonly about: ModelCard;
  /** The novel that must not be copied from. */
  readonly verbatim?: VerbatimFilter | undefined;
};

/** Tokens of a calibration text: enough that more hardly widen its range. */
const CALIBRATION = 4096;

/**
 * Reads the serving weights that stand beside a model; `undefined` if they have to be prepared.
 * @throws UserError what `loadModel` throws
 */
export function loadServing(path: string): (WritingModel & { readonly serving: ServingModel }) | undefined {
  const stored = readServing(path);
  if (!stored) return undefined;
  const vocabulary = Vocabulary.parse(stored.vocabulary);
  if (vocabulary.size !== stored.serving.config.vocabulary) throw new UserError('model.vocabulary-mismatch');
  return { serving: stored.serving, about: stored.about, vocabulary, verbatim: readVerbatim(path) };
}

/** Text like what the model writes: the beginnings that it carries, else each of its tokens once. */
export function calibrationText({
  vocabulary,
  about,
}: {
  readonly vocabulary: Vocabulary;
  readonly about: Pick<ModelCard, 'openings'>;
}): Int32Array {
  const read = vocabulary.encode(about.openings.join('\n'));
  if (read.length > 0) return Int32Array.from(read.slice(0, CALIBRATION));
  return Int32Array.from({ length: vocabulary.size }, (_, id) => id);
}
