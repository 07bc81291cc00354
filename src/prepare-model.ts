import { prepareForServing } from '#engines/onnx';
import { calibrationText, type LoadedModel, loadModel, writeVerbatim } from '#generation';
import { type ServingModel, writeServing } from '#lstm';
import { VerbatimFilter } from '#text';

/** The longest run of a novel, in characters, that the model may write down. */
export const VERBATIM_LIMIT = 20;

/** The serving weights of a model. */
export const servingOf = ({ config, weights, ...model }: LoadedModel): Promise<ServingModel> =>
  prepareForServing({ config, weights }, calibrationText(model));

/**
 * Writes beside a finished model what it needs to write: its serving weights, and the filter that keeps it from
 * copying the novels that it has read.
 * @throws UserError `model.*` of reading and writing
 */
export async function prepareModel(
  path: string,
  novels: readonly { readonly text: string }[],
): Promise<void> {
  const model = loadModel(path);
  writeServing(path, { vocabulary: model.vocabulary, about: model.about }, await servingOf(model));
  const texts = novels.map(({ text }) => text);
  writeVerbatim(path, VerbatimFilter.fromText(texts, VERBATIM_LIMIT));
}
