import { Random } from '#random';
import { elements, type Model, type ModelConfig, type WeightName, weightShapes } from './config.ts';

/**
 * Fresh weights, the same for the same seed: uniform within ±√(3/fan-in) for what is multiplied by a layer's
 * input (unit variance in, unit variance out), ±1/√H for the recurrent product, ±0.05 for embeddings as Keras
 * does; biases zero but the forget gate's, which is 1 (Jozefowicz et al. 2015).
 */
export function initialise(config: ModelConfig, seed: number): Model {
  const { embedding: E, hidden: H } = config;
  const bound: Readonly<Partial<Record<WeightName, number>>> = {
    embedding: config.tied ? Math.sqrt(3 / E) : 0.05,
    'lstm.kernel': config.tied ? 1 / Math.sqrt(E) : Math.sqrt(6 / (E + 4 * H)),
    'lstm.recurrent': 1 / Math.sqrt(H),
    'output.kernel': Math.sqrt(6 / (H + config.vocabulary)),
    'output.projection': Math.sqrt(3 / H),
  };
  const weights: Partial<Record<WeightName, Float32Array>> = {};
  let tensor = 0;
  for (const [name, shape] of weightShapes(config)) {
    const random = Random.seeded(seed, tensor++);
    const limit = bound[name] ?? 0;
    const values = new Float32Array(elements(shape));
    if (limit > 0) for (let i = 0; i < values.length; i++) values[i] = (2 * random.next() - 1) * limit;
    if (name === 'lstm.bias') values.fill(1, 0, H);
    weights[name] = values;
  }
  return { config, weights };
}
