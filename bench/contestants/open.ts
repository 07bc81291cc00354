import type { InferenceSession } from '#engines';
import { onnxEngine, openServing, prepareForServing } from '#engines/onnx';
import { WRITING_BLOCKS } from '#generation';
import { type PresetName, presets } from '#lstm';
import { Random } from '#random';
import type { Vocabulary } from '#text';
import { VOCABULARY } from '../note.ts';
import { someVocabulary, sureModel } from './model.ts';

/** The model and the session of a bench. */
export type ReadingTask = {
  readonly preset: PresetName;
  readonly threads: number;
  /** In 8 bits, as stories are written, or in float32, as models are trained. */
  readonly arithmetic: 'int8' | 'float32';
  readonly vocabulary?: number;
  readonly hidden?: number;
};

export type Opened = {
  readonly session: InferenceSession;
  readonly vocabulary: Vocabulary;
  /** Units (H). */
  readonly hidden: number;
};

/** Opens a session as writing does, with slots for so many stories. */
export async function openFor(task: ReadingTask, slots: number): Promise<Opened> {
  const { model } = presets[task.preset];
  const vocabulary = someVocabulary(task.vocabulary ?? VOCABULARY);
  const config = { ...model, vocabulary: vocabulary.size, hidden: task.hidden ?? model.hidden };
  const sure = await sureModel(config, vocabulary);
  const options = { slots, blocks: WRITING_BLOCKS, threads: task.threads };
  const session =
    task.arithmetic === 'float32'
      ? await onnxEngine.open(sure, options)
      : await openServing(await prepareForServing(sure, someTokens(config.vocabulary, 512)), options);
  return { session, vocabulary, hidden: config.hidden };
}

export function someTokens(vocabulary: number, count: number): Int32Array {
  const random = Random.seeded(2);
  return Int32Array.from({ length: count }, () => random.below(vocabulary));
}
