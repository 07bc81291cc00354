/** A row-major float64 matrix; a vector is one row. */
export type Matrix = { readonly rows: number; readonly columns: number; readonly data: Float64Array };

/** A matrix of zeros, or one that takes its numbers from `values`. */
export function matrix(rows: number, columns: number, values?: ArrayLike<number>): Matrix {
  const data = values === undefined ? new Float64Array(rows * columns) : Float64Array.from(values);
  if (data.length !== rows * columns)
    throw new RangeError(`${data.length} numbers for a ${rows} × ${columns} matrix`);
  return { rows, columns, data };
}

/** a·b */
export function matmul(a: Matrix, b: Matrix): Matrix {
  if (a.columns !== b.rows) throw new RangeError(`${a.rows} × ${a.columns} times ${b.rows} × ${b.columns}`);
  const out = matrix(a.rows, b.columns);
  for (let row = 0; row < a.rows; row++)
    for (let k = 0; k < a.columns; k++) {
      const factor = a.data[row * a.columns + k]!;
      for (let column = 0; column < b.columns; column++)
        out.data[row * b.columns + column]! += factor * b.data[k * b.columns + column]!;
    }
  return out;
}

/** aᵀ */
export function transpose(a: Matrix): Matrix {
  const out = matrix(a.columns, a.rows);
  for (let row = 0; row < a.rows; row++)
    for (let column = 0; column < a.columns; column++)
      out.data[column * a.rows + row] = a.data[row * a.columns + column]!;
  return out;
}

/** `change` of every element. */
export const map = (a: Matrix, change: (value: number) => number): Matrix => ({
  ...a,
  data: a.data.map(change),
});

/** a + b + …, all of one shape. */
export const plus = (a: Matrix, ...others: readonly Matrix[]): Matrix =>
  others.reduce((sum, b) => together(sum, b, (x, y) => x + y), a);

/** a ∘ b ∘ …, all of one shape. */
export const times = (a: Matrix, ...others: readonly Matrix[]): Matrix =>
  others.reduce((product, b) => together(product, b, (x, y) => x * y), a);

function together(a: Matrix, b: Matrix, operation: (x: number, y: number) => number): Matrix {
  if (a.rows !== b.rows || a.columns !== b.columns)
    throw new RangeError(`${a.rows} × ${a.columns} beside ${b.rows} × ${b.columns}`);
  return { ...a, data: a.data.map((x, at) => operation(x, b.data[at]!)) };
}

/** `row` added to every row of `a`. */
export const plusRow = (a: Matrix, row: Matrix): Matrix => ({
  ...a,
  data: a.data.map((x, at) => x + row.data[at % a.columns]!),
});

/** Every row of `a` times its own factor. */
export const scaleRows = (a: Matrix, factors: ArrayLike<number>): Matrix => ({
  ...a,
  data: a.data.map((x, at) => x * factors[Math.floor(at / a.columns)]!),
});

/** The sum of all rows. */
export function sumRows(a: Matrix): Matrix {
  const out = matrix(1, a.columns);
  a.data.forEach((x, at) => {
    out.data[at % a.columns]! += x;
  });
  return out;
}

/** Columns `from` … `from + count − 1`. */
export function columns(a: Matrix, from: number, count: number): Matrix {
  const out = matrix(a.rows, count);
  for (let row = 0; row < a.rows; row++)
    out.data.set(a.data.subarray(row * a.columns + from, row * a.columns + from + count), row * count);
  return out;
}

/** Blocks of equal height side by side. */
export function beside(...blocks: readonly Matrix[]): Matrix {
  const out = matrix(
    blocks[0]!.rows,
    blocks.reduce((sum, block) => sum + block.columns, 0),
  );
  let from = 0;
  for (const block of blocks) {
    for (let row = 0; row < block.rows; row++) out.data.set(rowOf(block, row), row * out.columns + from);
    from += block.columns;
  }
  return out;
}

/** One row as a view. */
export const rowOf = (a: Matrix, row: number): Float64Array =>
  a.data.subarray(row * a.columns, (row + 1) * a.columns);

/** The rows of `a` that `ids` name, in that order. */
export function gatherRows(a: Matrix, ids: ArrayLike<number>): Matrix {
  const out = matrix(ids.length, a.columns);
  for (let at = 0; at < ids.length; at++) {
    const id = ids[at]!;
    if (!(id >= 0 && id < a.rows)) throw new RangeError(`row ${id} of ${a.rows}`);
    out.data.set(rowOf(a, id), at * a.columns);
  }
  return out;
}

/** The transpose of `gatherRows`: row n of `a` is added to row ids[n] of a matrix of `rows` rows. */
export function scatterRows(a: Matrix, ids: ArrayLike<number>, rows: number): Matrix {
  const out = matrix(rows, a.columns);
  for (let at = 0; at < ids.length; at++) {
    const row = rowOf(out, ids[at]!);
    rowOf(a, at).forEach((x, column) => {
      row[column]! += x;
    });
  }
  return out;
}
