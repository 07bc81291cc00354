/** A matrix in 8 bits: column c of the original is about `scales[c]` times column c of `values`. */
export type QuantisedMatrix = {
  /** [rows × columns], row-major. */
  readonly values: Int8Array;
  /** [columns]. */
  readonly scales: Float32Array;
};

const LARGEST = 127;

/**
 * Rounds a row-major matrix [rows × columns] to integers, symmetric about zero, one scale a column: the largest
 * magnitude of a column becomes 127.
 */
export function quantise(matrix: Float32Array, columns: number): QuantisedMatrix {
  const scales = new Float32Array(columns);
  for (let at = 0; at < matrix.length; at += columns) {
    for (let c = 0; c < columns; c++) scales[c] = Math.max(scales[c]!, Math.abs(matrix[at + c]!));
  }
  for (let c = 0; c < columns; c++) scales[c] = scales[c]! > 0 ? scales[c]! / LARGEST : 1;
  const values = new Int8Array(matrix.length);
  for (let at = 0; at < matrix.length; at += columns) {
    for (let c = 0; c < columns; c++) values[at + c] = Math.round(matrix[at + c]! / scales[c]!);
  }
  return { values, scales };
}

/** The same matrix in 7 bits, magnitudes up to 64: two products of such weights with 8-bit inputs fit 16 bits. */
export function toSevenBits({ values, scales }: QuantisedMatrix): QuantisedMatrix {
  return { values: values.map((v) => Math.round(v / 2)), scales: scales.map((s) => 2 * s) };
}
