import { elements, type ModelConfig, weightShapes } from './config.ts';

/** One layer of a model as Keras' summary names them. */
export type Layer = {
  readonly name: 'embedding' | 'lstm' | 'projection' | 'dense';
  /** Width of what it gives out for each token. */
  readonly units: number;
  readonly parameters: number;
};

/** The layers from input to output; their parameters add up to `countParameters`. */
export function layers(config: ModelConfig): Layer[] {
  const sizes = [...weightShapes(config)].map(([name, shape]) => [name, elements(shape)] as const);
  const count = (prefix: string) =>
    sizes.reduce((sum, [name, size]) => (name.startsWith(prefix) ? sum + size : sum), 0);
  const { embedding, hidden, vocabulary, tied } = config;
  const input: Layer[] = [
    { name: 'embedding', units: embedding, parameters: count('embedding') },
    { name: 'lstm', units: hidden, parameters: count('lstm.') },
  ];
  if (!tied) return [...input, { name: 'dense', units: vocabulary, parameters: count('output.') }];
  return [
    ...input,
    { name: 'projection', units: embedding, parameters: count('output.projection') },
    { name: 'dense', units: vocabulary, parameters: count('output.bias') },
  ];
}
