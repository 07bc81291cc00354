import type { Engine } from '#engines';
import { onnxEngine, openServing, prepareForServing } from '#engines/onnx';
import { engineContract } from '../contracts/engine.ts';

/** The default engine, whose models are prepared in 8 bits before they are opened. */
const serving: Engine = {
  ...onnxEngine,
  async open(model, options) {
    const everyToken = Int32Array.from({ length: model.config.vocabulary }, (_, id) => id);
    return openServing(await prepareForServing(model, everyToken), options);
  },
};

engineContract({
  name: 'onnx in 8 bits',
  engine: serving,
  tolerance: { logits: 1e-4, gradients: 1e-3, training: 1e-3, serving: 8e-2, regrouping: 0 },
});
