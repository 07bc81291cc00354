/** A figure of several rounds: the median, and the least and the greatest. */
export type Figure = { readonly median: number; readonly least: number; readonly greatest: number };

/** @throws RangeError if there are no values */
export function figureOf(values: readonly number[]): Figure {
  if (values.length === 0) throw new RangeError('no values');
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const median = sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
  return { median, least: sorted[0]!, greatest: sorted.at(-1)! };
}

/**
 * How many times as fast `ours` is as `theirs`: compared round by round, since a round's contestants ran one right
 * after the other, and what disturbs the machine disturbs both.
 */
export function ratioOf(ours: readonly number[], theirs: readonly number[]): Figure {
  if (ours.length !== theirs.length) throw new RangeError('both must have run in the same rounds');
  return figureOf(ours.map((rate, round) => rate / theirs[round]!));
}

/** Rounds to three significant digits, whole numbers from 100 on. */
export function tidy(value: number): number {
  return Math.abs(value) >= 100 ? Math.round(value) : Number(value.toPrecision(3));
}

export const tidyFigure = ({ median, least, greatest }: Figure): Figure => ({
  median: tidy(median),
  least: tidy(least),
  greatest: tidy(greatest),
});
