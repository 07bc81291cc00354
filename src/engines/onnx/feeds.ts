import { type ModelConfig, type Weights, weightShapes } from '#lstm';
import type { Window, WindowShape } from '../engine.ts';
import { type Feeds, floats, ints, transpose } from './session.ts';

/** The weights as feeds named `prefix + name`; the arrays are shared, not copied. */
export function weightFeeds(config: ModelConfig, weights: Weights, prefix = ''): Feeds {
  const feeds: Feeds = {};
  for (const [name, shape] of weightShapes(config)) feeds[prefix + name] = floats(weights[name]!, shape);
  return feeds;
}

/** Tokens, targets and `keep` of a window, time-major as the graphs want them. */
export function readingFeeds(
  window: Pick<Window, 'tokens' | 'targets' | 'keep'>,
  { batch: B, window: T }: WindowShape,
): Feeds {
  return {
    tokens: ints(transpose(window.tokens, B, T), [T * B]),
    targets: ints(transpose(window.targets, B, T), [T * B]),
    keep: floats(window.keep, [B, 1]),
  };
}

/** `readingFeeds` and the dropout masks. */
export function trainingFeeds(config: ModelConfig, window: Window, shape: WindowShape): Feeds {
  return {
    ...readingFeeds(window, shape),
    inputMask: floats(window.inputMask, [shape.batch, config.embedding]),
    outputMask: floats(window.outputMask, [shape.batch, config.hidden]),
  };
}
