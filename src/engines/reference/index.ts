/**
 * The engine of the tests: the equations in float64, sharing only sizes and weight names with the other
 * engines, so that a wrong graph cannot agree with it. It is slow and means to be read.
 */
import type { Engine } from '#engines';
import { openInference } from './inference.ts';
import { rowOf } from './matrix.ts';
import { CarriedState, narrow, widen } from './tensors.ts';
import { openTraining } from './training.ts';
import { lossAndGradients, readWindow } from './window.ts';

export type { LstmState, Tensors } from './equations.ts';
export { type Matrix, matrix } from './matrix.ts';
export { lossAndGradients, readWindow } from './window.ts';

export const referenceEngine: Engine = {
  name: 'reference',

  async open(model, options) {
    return openInference(model, options);
  },

  async score(model, shape) {
    const { embedding: E, hidden: H } = model.config;
    const carried = new CarriedState(shape.batch, H);
    const inputMask = new Float32Array(shape.batch * E).fill(1);
    const outputMask = new Float32Array(shape.batch * H).fill(1);
    let open = true;
    return {
      async score(window, { config, weights } = model) {
        if (!open) throw new Error('the session is closed');
        const whole = { ...window, inputMask, outputMask };
        const reading = readWindow(widen(config, weights), whole, shape, carried.widened());
        carried.set({ h: reading.h.data, c: reading.c.data });
        return Float32Array.from(reading.surprise);
      },
      async [Symbol.asyncDispose]() {
        open = false;
      },
    };
  },

  async train(model, options, resume) {
    return openTraining(model, options, resume);
  },

  async differentiate({ config, weights }, window, shape) {
    const { batch: B, window: T } = shape;
    const { vocabulary: V, hidden: H } = config;
    const zero = new CarriedState(B, H).widened();
    const { loss, gradients, reading } = lossAndGradients(
      config,
      widen(config, weights),
      window,
      shape,
      zero,
    );
    const logits = new Float32Array(B * T * V);
    reading.steps.forEach((step, t) => {
      for (let row = 0; row < B; row++) logits.set(rowOf(step.logits, row), (row * T + t) * V);
    });
    return {
      loss,
      logits,
      gradients: narrow(config, gradients),
      h: Float32Array.from(reading.h.data),
      c: Float32Array.from(reading.c.data),
    };
  },
};
