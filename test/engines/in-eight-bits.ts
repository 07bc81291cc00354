import type { Engine } from '#engines';
import type { openServing, prepareForServing } from '#engines/onnx';
import type { Tolerance } from '../contracts/engine.ts';

/** What the ONNX engine's door gives out, the project's own or a copy's. */
export type OnnxDoor = {
  readonly onnxEngine: Engine;
  readonly openServing: typeof openServing;
  readonly prepareForServing: typeof prepareForServing;
};

/** The ONNX engine, its models prepared in 8 bits before they are opened. */
export const inEightBits = (door: OnnxDoor): Engine => ({
  ...door.onnxEngine,
  async open(model, options) {
    const everyToken = Int32Array.from({ length: model.config.vocabulary }, (_, id) => id);
    return door.openServing(await door.prepareForServing(model, everyToken), options);
  },
});

/** Coarse against the reference, and against itself the same bits. */
export const EIGHT_BITS: Tolerance = {
  logits: 1e-4,
  gradients: 1e-3,
  training: 1e-3,
  serving: 8e-2,
  regrouping: 0,
};
