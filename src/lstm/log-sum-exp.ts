/** log Σ exp(values[from … to − 1]), summed in float64 behind the largest, so that nothing overflows. */
export function logSumExp(values: Float32Array, from: number, to: number): number {
  let largest = Number.NEGATIVE_INFINITY;
  for (let at = from; at < to; at++) if (values[at]! > largest) largest = values[at]!;
  let sum = 0;
  for (let at = from; at < to; at++) sum += Math.exp(values[at]! - largest);
  return largest + Math.log(sum);
}
