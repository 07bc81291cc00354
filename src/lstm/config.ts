/**
 * The sizes of one model. All of them are counts of units, at least 1.
 *
 * Untied: logits = h·D + b. Tied: logits = (h·P)·Embᵀ + b, where P: hidden → embedding and Emb is the
 * input embedding (Press & Wolf 2017, "Using the Output Embedding to Improve Language Models").
 */
export type ModelConfig = {
  /** V: tokens in the vocabulary. */
  readonly vocabulary: number;
  /** E: width of an embedding. */
  readonly embedding: number;
  /** H: units of the LSTM. */
  readonly hidden: number;
  /** Whether the output layer reuses the embedding. */
  readonly tied: boolean;
};

/** The tensors of a model by name. Gate blocks stand in the order forget, input, new value, output. */
export type WeightName =
  | 'embedding'
  | 'lstm.kernel'
  | 'lstm.recurrent'
  | 'lstm.bias'
  | 'output.kernel'
  | 'output.projection'
  | 'output.bias';

/** Row-major float32 tensors; which names are there follows from the config (see `weightShapes`). */
export type Weights = Readonly<Partial<Record<WeightName, Float32Array>>>;

/** A model: its sizes and its weights. */
export type Model = { readonly config: ModelConfig; readonly weights: Weights };

/** The shape of every tensor of a model, in the order in which they are stored. */
export function weightShapes(config: ModelConfig): ReadonlyMap<WeightName, readonly number[]> {
  const { vocabulary: V, embedding: E, hidden: H, tied } = config;
  return new Map<WeightName, readonly number[]>([
    ['embedding', [V, E]],
    ['lstm.kernel', [E, 4 * H]],
    ['lstm.recurrent', [H, 4 * H]],
    ['lstm.bias', [4 * H]],
    tied ? ['output.projection', [H, E]] : ['output.kernel', [H, V]],
    ['output.bias', [V]],
  ]);
}

/** Elements of a tensor of this shape. */
export const elements = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);

/** All parameters of a model. */
export function countParameters(config: ModelConfig): number {
  let sum = 0;
  for (const shape of weightShapes(config).values()) sum += elements(shape);
  return sum;
}
