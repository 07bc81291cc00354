import type { TrainingOptions, TrainingSession, TrainingState } from '#engines';
import type { Model } from '#lstm';
import { adamw, globalNorm } from './adamw.ts';
import { CarriedState, copy, widen } from './tensors.ts';
import { lossAndGradients } from './window.ts';

/**
 * Weights, moments and row states are kept in float32 between steps, so that `model` and `state` are all there
 * is and a resumed run goes on bit for bit; within a step everything is float64.
 */
export function openTraining(
  model: Model,
  options: TrainingOptions,
  resume?: TrainingState,
): TrainingSession {
  const { config } = model;
  const weights = copy(config, model.weights);
  const first = copy(config, resume?.firstMoment);
  const second = copy(config, resume?.secondMoment);
  const carried = new CarriedState(options.batch, config.hidden);
  if (resume !== undefined) carried.set(resume);
  let step = resume?.step ?? 0;
  let open = true;

  return {
    async step(window, learningRate) {
      if (!open) throw new Error('the session is closed');
      const tensors = widen(config, weights);
      const { loss, gradients, reading } = lossAndGradients(
        config,
        tensors,
        window,
        options,
        carried.widened(),
      );
      const gradientNorm = globalNorm(gradients);
      step += 1;
      adamw(config, { weights, first, second }, gradients, gradientNorm, step, learningRate, options);
      carried.set({ h: reading.h.data, c: reading.c.data });
      return { loss, gradientNorm };
    },
    model: { config, weights },
    get state() {
      return { step, firstMoment: first, secondMoment: second, h: carried.h, c: carried.c };
    },
    async [Symbol.asyncDispose]() {
      open = false;
    },
  };
}
