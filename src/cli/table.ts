import stringWidth from 'string-width';

/** Rows as columns of even width, the first column to the left, the others to the right. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => stringWidth(row[column] ?? ''))));
  const lines = rows.map((row) =>
    row
      .map((cell, column) => {
        const room = ' '.repeat(widths[column]! - stringWidth(cell));
        return column === 0 ? cell + room : room + cell;
      })
      .join('   ')
      .trimEnd(),
  );
  return `${lines.join('\n')}\n`;
}
