import type { InferenceSession, OpenOptions } from '#engines';
import { openServing } from '#engines/onnx';
import { loadModel, loadServing, WRITING_BLOCKS, type WritingModel } from '#generation';
import { blocksOf, type ModelConfig } from '#lstm';
import { servingOf } from './prepare-model.ts';

/** A model opened for writing. */
export type OpenedModel = AsyncDisposable & {
  readonly model: WritingModel;
  readonly config: ModelConfig;
  readonly session: InferenceSession;
};

/**
 * Opens a model for writing: by the serving weights that stand beside it, else by such as are prepared now.
 * @throws UserError what `loadModel` throws
 */
export async function openModel(path: string, options: OpenOptions): Promise<OpenedModel> {
  const { serving, ...model } = loadServing(path) ?? (await prepared(path));
  const blocks = Math.min(WRITING_BLOCKS, blocksOf(serving.config));
  const session = await openServing(serving, { blocks, ...options });
  return {
    model,
    config: serving.config,
    session,
    [Symbol.asyncDispose]: () => session[Symbol.asyncDispose](),
  };
}

async function prepared(path: string) {
  const model = loadModel(path);
  const { vocabulary, about, verbatim } = model;
  const serving = await servingOf(model);
  // The weights in full are read no more. Waiting for the garbage collector, they would stand beside the session's own.
  for (const weights of Object.values(model.weights)) (weights.buffer as ArrayBuffer).transfer(0);
  return { serving, vocabulary, about, verbatim };
}
