import { prepareForServing } from '#engines/onnx';
import { calibrationText, type LoadedModel, loadModel, writeVerbatim } from '#generation';
import { type ServingModel, writeServing } from '#lstm';
import { VerbatimFilter } from '#text';

/** The longest run of a novel, in characters, that the model may write down. */
const VERBATIM_LIMIT = 20;

/** The serving weights of a model. */
export const servingOf = ({ config, weights, ...model }: LoadedModel): Promise<ServingModel> =>
  prepareForServing({ config, weights }, calibrationText(model));

/**
 * Writes into a model's folder the filter that keeps it from copying the novels that it reads.
 * @throws UserError `model.disk-full`, `model.cannot-write`
 */
export function keepFromCopying(folder: string, novels: readonly { readonly text: string }[]): void {
  const texts = novels.map(({ text }) => text);
  writeVerbatim(folder, VerbatimFilter.fromText(texts, VERBATIM_LIMIT));
}

/**
 * Writes the serving weights of a finished model beside it.
 * @throws UserError `model.*` of reading and writing
 */
export async function prepareModel(path: string): Promise<void> {
  const model = loadModel(path);
  writeServing(path, { vocabulary: model.vocabulary, about: model.about }, await servingOf(model));
}
