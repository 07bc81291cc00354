import type { ModelConfig } from '#lstm';

/**
 * Multiply-accumulates of the matrix products that one token costs in training: each product forward and two
 * backward (by its input and by its weights). What is not a product is below 2 % of the work and left out.
 */
export function trainingProducts({ vocabulary: V, embedding: E, hidden: H, tied }: ModelConfig): number {
  const gates = 4 * H * (E + H);
  return 3 * (gates + (tied ? E * (H + V) : H * V));
}
