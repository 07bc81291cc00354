import type { Engine } from '../engine.ts';
import { differentiate } from './differentiate.ts';
import { openInference } from './inference.ts';
import { openScoring } from './scoring.ts';
import { openTraining } from './training.ts';

export { describeArithmetic } from './arithmetic.ts';
export { prepareForServing } from './calibrate.ts';
export { Graph } from './graph.ts';
export { areExact, inSevenBits, sumsExactly } from './integer-products.ts';
export { openServing } from './serving.ts';
export { floats, openSession, outputBuffers, units } from './session.ts';

/** The default engine: ONNX Runtime on the CPU, float32. `run()` blocks the calling thread. */
export const onnxEngine: Engine = {
  name: 'onnx',
  open: openInference,
  score: openScoring,
  train: openTraining,
  differentiate,
};
