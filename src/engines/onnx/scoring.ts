import type { Model } from '#lstm';
import type { ScoringSession, WindowShape } from '../engine.ts';
import { readingFeeds, weightFeeds } from './feeds.ts';
import { scoringGraph } from './reading-graphs.ts';
import { openSession, outputBuffers, releaseOnce, runInto, transpose } from './session.ts';

/** A session that reads windows and tells the nats of every token; states stay inside. */
export async function openScoring(model: Model, shape: WindowShape): Promise<ScoringSession> {
  const { batch: B, window: T } = shape;
  const graph = scoringGraph(model.config, shape);
  const session = await openSession(graph, shape.threads);
  const sides = [outputBuffers(graph), outputBuffers(graph)] as const;
  let current = sides[0];
  return {
    async score(window, other = model) {
      const next = current === sides[0] ? sides[1] : sides[0];
      const state = { h: current.hNext!, c: current.cNext! };
      const weights = weightFeeds(model.config, other.weights);
      await runInto(session, { ...weights, ...readingFeeds(window, shape), ...state }, next);
      current = next;
      return transpose(next.logLikelihood!.data as Float32Array, T, B).map((l) => -l);
    },
    [Symbol.asyncDispose]: releaseOnce(() => [session]),
  };
}
