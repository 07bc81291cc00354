import type { TrainingOptions } from '#engines';
import { type ModelConfig, weightShapes } from '#lstm';
import type { Tensors } from './equations.ts';
import type { Float32Tensors } from './tensors.ts';

/** Euclidean norm of all gradients taken as one vector. */
export function globalNorm(gradients: Tensors): number {
  let squares = 0;
  for (const { data } of Object.values(gradients)) for (const g of data) squares += g * g;
  return Math.sqrt(squares);
}

/**
 * One step of Adam (Kingma & Ba 2015, algorithm 1) with clipping by the global norm (Pascanu, Mikolov & Bengio
 * 2013) and decay decoupled from the gradient (Loshchilov & Hutter 2019), in place. `step` is 1 for the first.
 */
export function adamw(
  config: ModelConfig,
  into: { readonly weights: Float32Tensors; readonly first: Float32Tensors; readonly second: Float32Tensors },
  gradients: Tensors,
  norm: number,
  step: number,
  learningRate: number,
  { beta1, beta2, epsilon, clipNorm, weightDecay }: TrainingOptions,
): void {
  const scale = norm > clipNorm ? clipNorm / norm : 1;
  for (const [name, shape] of weightShapes(config)) {
    const [p, m, v, gradient] = [
      into.weights[name]!,
      into.first[name]!,
      into.second[name]!,
      gradients[name]!,
    ];
    const decay = shape.length === 2 ? weightDecay : 0;
    for (let at = 0; at < p.length; at++) {
      const g = scale * gradient.data[at]!;
      m[at] = beta1 * m[at]! + (1 - beta1) * g;
      v[at] = beta2 * v[at]! + (1 - beta2) * g * g;
      const mHat = m[at]! / (1 - beta1 ** step);
      const vHat = v[at]! / (1 - beta2 ** step);
      p[at]! -= learningRate * (mHat / (Math.sqrt(vHat) + epsilon) + decay * p[at]!);
    }
  }
}
