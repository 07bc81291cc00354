import type { InferenceSession, OpenOptions } from '#engines';
import { openServing, prepareForServing } from '#engines/onnx';
import { calibrationText, loadModel, loadServing, type WritingModel } from '#generation';

/** A model opened for writing. */
export type OpenedModel = AsyncDisposable & {
  readonly model: WritingModel;
  readonly session: InferenceSession;
};

/**
 * Opens a model for writing: its serving weights if they stand beside it, else such as are prepared now.
 * @throws UserError what `loadModel` throws
 */
export async function openModel(path: string, options: OpenOptions): Promise<OpenedModel> {
  const { serving, ...model } = loadServing(path) ?? (await prepare(path));
  const session = await openServing(serving, options);
  return { model, session, [Symbol.asyncDispose]: () => session[Symbol.asyncDispose]() };
}

async function prepare(path: string) {
  const { config, weights, ...model } = loadModel(path);
  const serving = await prepareForServing({ config, weights }, calibrationText(model));
  return { serving, ...model };
}
