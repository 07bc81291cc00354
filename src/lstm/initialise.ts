import { Random } from '#random';
import { elements, type Model, type ModelConfig, type WeightName, weightShapes } from './config.ts';

/**
 * Fresh weights, the same for the same seed, each uniform within a bound. Tied: ±√(3/E) for the embedding and
 * ±√(3/H) for the projection (unit variance in, unit variance out), ±1/√E for the kernel. Untied, as Keras does:
 * ±0.05 for the embedding, ±√(6/(fan-in + fan-out)) for the kernels (Glorot & Bengio 2010). The recurrent product
 * is within ±1/√H; biases are zero but the forget gate's, which is 1 (Jozefowicz et al. 2015).
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
