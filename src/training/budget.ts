import type { Model, Recipe } from '#lstm';
import { EVALUATION_SHAPE, windowsToRead } from './evaluate.ts';
import { openRun } from './open-run.ts';
import type { TrainOptions } from './train-options.ts';
import { windowAt } from './windows.ts';

/** Steps of a run, and steps between two evaluations. */
export type Plan = { readonly totalSteps: number; readonly evaluateEvery: number };

/** Evaluations wished for in a run. */
const EVALUATIONS = 24;
const MOST_STEPS_BETWEEN = 500;
const FEWEST_STEPS_BETWEEN = 20;
/** Evaluating may take a fifth of the time: so many times an evaluation's time passes in steps before it. */
const STEPPING_PER_EVALUATION = 4;
/** Share of a time budget that is planned; the rest is for samples, saving and chance. */
const PLANNED_SHARE = 0.92;
const PROBES = 8;

/**
 * The plan of a run. Minutes are turned into steps once, by timing a few steps and evaluation windows that are then
 * thrown away. `heldOut`: tokens of each text that an evaluation reads.
 */
export async function planRun(
  options: TrainOptions,
  model: Model,
  recipe: Recipe,
  stream: Int32Array,
  heldOut: readonly number[],
): Promise<Plan> {
  const { steps, minutes, epochs = 10 } = options.budget;
  if (steps !== undefined) return { totalSteps: steps, evaluateEvery: betweenEvaluations(steps) };
  if (minutes === undefined) {
    const perEpoch = stream.length / (recipe.batch * recipe.window);
    const totalSteps = Math.max(1, Math.ceil(epochs * perEpoch));
    return { totalSteps, evaluateEvery: betweenEvaluations(totalSteps) };
  }
  const { now = () => performance.now() } = options;
  const begun = now();
  const stepTime = await timeSteps(options, model, recipe, stream);
  const evaluationTime = windowsToRead(heldOut) * (await timeWindows(options, model));
  return fitBudget(minutes * 60_000 - (now() - begun), stepTime, evaluationTime);
}

/** As many steps as fit into a time with their evaluations; all times in one unit. */
export function fitBudget(budget: number, stepTime: number, evaluationTime: number): Plan {
  const time = PLANNED_SHARE * budget;
  const wished = betweenEvaluations(time / stepTime);
  const evaluateEvery = Math.max(wished, Math.ceil((STEPPING_PER_EVALUATION * evaluationTime) / stepTime));
  // The last evaluation comes in any case.
  const left = Math.max(0, time - evaluationTime);
  const totalSteps = Math.max(1, Math.floor(left / (stepTime + evaluationTime / evaluateEvery)));
  return { totalSteps, evaluateEvery };
}

const betweenEvaluations = (steps: number): number =>
  Math.min(MOST_STEPS_BETWEEN, Math.max(FEWEST_STEPS_BETWEEN, Math.ceil(steps / EVALUATIONS)));

/** Typical time of one step. */
async function timeSteps(
  options: TrainOptions,
  model: Model,
  recipe: Recipe,
  stream: Int32Array,
): Promise<number> {
  await using probe = await openRun(options.engine, model, recipe, options.threads);
  return await typical(options, (i) =>
    probe.step(windowAt(i, stream, model.config, recipe, options.seed), 0),
  );
}

/** Typical time of one window of an evaluation. */
async function timeWindows(options: TrainOptions, model: Model): Promise<number> {
  const { batch, window } = EVALUATION_SHAPE;
  const threads = options.threads === undefined ? {} : { threads: options.threads };
  await using probe = await options.engine.score(model, { ...EVALUATION_SHAPE, ...threads });
  const tokens = new Int32Array(batch * window);
  const keep = new Float32Array(batch).fill(1);
  return await typical(options, () => probe.score({ tokens, targets: tokens, keep }));
}

/** The first runs touch their memory for the first time and are slow: the median of the second half. */
async function typical(options: TrainOptions, run: (i: number) => Promise<unknown>): Promise<number> {
  const { now = () => performance.now() } = options;
  const times: number[] = [];
  for (let i = 0; i < PROBES; i++) {
    const begin = now();
    await run(i);
    times.push(now() - begin);
  }
  return times.slice(PROBES / 2).sort((a, b) => a - b)[PROBES / 4]!;
}
