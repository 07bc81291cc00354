/** A linear scale from data to pixels, with ticks at round numbers. */
export type Scale = {
  /** The pixel of a value. */
  (value: number): number;
  readonly ticks: readonly number[];
};

/**
 * Maps [low, high] to the pixels [from, to]. A domain without extent is widened, so that a single point has
 * a place. `round` extends the domain to the ticks around it. `count`: ticks wished for, about.
 */
export function linearScale(
  [low, high]: readonly [number, number],
  [from, to]: readonly [number, number],
  { count, round }: { readonly count: number; readonly round: boolean },
): Scale {
  const extent = high - low || Math.abs(high) || 1;
  const [start, end] = high > low ? [low, high] : [low - extent / 2, high + extent / 2];
  const step = roundStep((end - start) / count);
  const first = round ? Math.floor(start / step + 1e-9) : Math.ceil(start / step - 1e-9);
  const last = round ? Math.ceil(end / step - 1e-9) : Math.floor(end / step + 1e-9);
  const ticks = Array.from({ length: last - first + 1 }, (_, index) => tidy((first + index) * step));
  const [bottom, top] = round ? [first * step, last * step] : [start, end];
  const scale = (value: number): number => from + ((value - bottom) / (top - bottom)) * (to - from);
  return Object.assign(scale, { ticks });
}

/** The least of 1, 2, 2.5, 5, 10 times a power of ten that is not below `step`. */
function roundStep(step: number): number {
  const power = 10 ** Math.floor(Math.log10(step));
  const factor = [1, 2, 2.5, 5].find((candidate) => candidate >= step / power - 1e-9) ?? 10;
  return factor * power;
}

/** Drops the noise of binary fractions: 0.30000000000000004 is 0.3. */
const tidy = (value: number): number => Number(value.toPrecision(12));
