import type { ModelCard } from '#lstm';
import type { Random } from '#random';

/** A beginning for a story that is given none: one that the model has read, or nothing. Uses `random` if it has any. */
export function chooseLead({ openings }: Pick<ModelCard, 'openings'>, random: Random): string {
  return openings.length > 0 ? openings[random.below(openings.length)]! : '';
}
