import type { ModelCard } from '#lstm';
import type { Random } from '#random';

/**
 * A beginning for a story that is given none: one that the model has read and that holds no banned phrase, or
 * nothing. Uses `random` if there is any.
 */
export function chooseLead(
  { openings }: Pick<ModelCard, 'openings'>,
  random: Random,
  banned: readonly string[] = [],
): string {
  const free = openings.filter((opening) => !banned.some((phrase) => opening.includes(phrase)));
  return free.length > 0 ? free[random.below(free.length)]! : '';
}
