import { type Model, type ModelConfig, type WeightName, type Weights, weightShapes } from '#lstm';
import type { TrainingOptions, TrainingSession, TrainingState, Window } from '../engine.ts';
import { trainingFeeds } from './feeds.ts';
import { type Feeds, floats, openSession, outputBuffers, releaseOnce } from './session.ts';
import { trainingGraph } from './training-graph.ts';

/**
 * Training by one static graph a step. Weights, moments and states live in two sets of buffers that take turns
 * as input and output, so that a step allocates nothing large.
 */
export async function openTraining(
  model: Model,
  options: TrainingOptions,
  resume?: TrainingState,
): Promise<TrainingSession> {
  const { config } = model;
  const { batch: B } = options;
  const graph = trainingGraph(config, options);
  const session = await openSession(graph, options.threads);
  const sides = [outputBuffers(graph), outputBuffers(graph)] as const;
  let step = resume?.step ?? 0;
  let current: Feeds = sides[0];
  load(current, config, model.weights, resume);

  return {
    async step(window: Window, learningRate: number) {
      const next = current === sides[0] ? sides[1] : sides[0];
      const t = step + 1;
      const feeds: Feeds = {
        ...trainingFeeds(config, window, options),
        h: current.hNext!,
        c: current.cNext!,
        learningRate: floats(Float32Array.of(learningRate), []),
        correction1: floats(Float32Array.of(1 / (1 - options.beta1 ** t)), []),
        correction2: floats(Float32Array.of(1 / (1 - options.beta2 ** t)), []),
      };
      for (const name of weightShapes(config).keys()) {
        feeds[name] = current[`next.${name}`]!;
        feeds[`first.${name}`] = current[`nextFirst.${name}`]!;
        feeds[`second.${name}`] = current[`nextSecond.${name}`]!;
      }
      await session.run(feeds, next);
      current = next;
      step = t;
      return { loss: number(next.loss!.data), gradientNorm: number(next.gradientNorm!.data) };
    },
    get model() {
      return { config, weights: collect(config, current, 'next.') };
    },
    get state() {
      return {
        step,
        firstMoment: collect(config, current, 'nextFirst.'),
        secondMoment: collect(config, current, 'nextSecond.'),
        h: current.hNext!.data as Float32Array,
        c: current.cNext!.data as Float32Array,
      };
    },
    [Symbol.asyncDispose]: releaseOnce(() => [session]),
  };

  function load(side: Feeds, config: ModelConfig, weights: Weights, state?: TrainingState): void {
    const put = (name: string, data?: Float32Array) => {
      if (data) (side[name]!.data as Float32Array).set(data);
    };
    for (const name of weightShapes(config).keys()) {
      put(`next.${name}`, weights[name]);
      put(`nextFirst.${name}`, state?.firstMoment[name]);
      put(`nextSecond.${name}`, state?.secondMoment[name]);
    }
    if (state && state.h.length === B * config.hidden) {
      put('hNext', state.h);
      put('cNext', state.c);
    }
  }
}

const number = (data: unknown): number => (data as Float32Array)[0]!;

function collect(config: ModelConfig, side: Feeds, prefix: string): Weights {
  const weights: Partial<Record<WeightName, Float32Array>> = {};
  for (const name of weightShapes(config).keys()) weights[name] = side[prefix + name]!.data as Float32Array;
  return weights;
}
