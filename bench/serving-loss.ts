import { onnxEngine, openServing, prepareForServing } from '#engines/onnx';
import { calibrationText, loadModel } from '#generation';
import { readNovel } from '#text';
import { EVALUATION_SHAPE, evaluate, evaluateStepwise, splitCorpus } from '#training';

/** What serving in 8 bits costs. */
export type ServingLoss = {
  /** Held-out characters that were read. */
  readonly characters: number;
  /** Perplexity per character in float32, read in windows, and in 8 bits, read as stories are written. */
  readonly float32: number;
  readonly int8: number;
  /** int8 / float32 − 1, in percent. */
  readonly costPercent: number;
};

const SLOTS = 64;

/**
 * Reads the chapters that training held out, character by character through the serving graph with the states carried,
 * and the same chapters in float32.
 */
export async function servingLoss(
  path: string,
  files: readonly string[],
  threads: number,
): Promise<ServingLoss> {
  const model = loadModel(path);
  const { script } = model.about;
  const novels = [];
  for (const file of files)
    novels.push(await readNovel(file, { convert: script === 'other' ? 'none' : script }));
  const { heldOut } = splitCorpus(novels);
  await using scoring = await onnxEngine.score(model, { ...EVALUATION_SHAPE, threads });
  const exact = await evaluate(scoring, heldOut, model.vocabulary);
  const serving = await prepareForServing(model, calibrationText(model));
  await using session = await openServing(serving, { slots: SLOTS, threads });
  const served = await evaluateStepwise(session, heldOut, model.vocabulary, SLOTS);
  return {
    characters: served.characters,
    float32: exact.perplexity,
    int8: served.perplexity,
    costPercent: 100 * (served.perplexity / exact.perplexity - 1),
  };
}
