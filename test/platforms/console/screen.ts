import stringWidth from 'string-width';

const ESCAPE = '\x1b';
const PIECE = new RegExp(`${ESCAPE}\\[(\\d*)([A-Za-z])|(\\P{Cc}|[\\r\\n])`, 'gu');

/** Has the terminal mark pastes or not. */
const MARKS = new RegExp(`${ESCAPE}\\[\\?2004[hl]`, 'g');

/** What a terminal shows of what was written to it: its rows, trimmed. Knows the few sequences that we and readline use. */
export function screenOf(written: string, columns: number): string[] {
  const rows: string[][] = [[]];
  let [row, column] = [0, 0];
  const cells = (at: number) => {
    while (rows.length <= at) rows.push([]);
    return rows[at]!;
  };
  const sequences: Record<string, (n: number) => void> = {
    A: (n) => (row = Math.max(0, row - (n || 1))),
    C: (n) => (column += n || 1),
    G: (n) => (column = (n || 1) - 1),
    J: () => {
      cells(row).length = Math.min(cells(row).length, column);
      rows.length = row + 1;
    },
    K: () => (cells(row).length = Math.min(cells(row).length, column)),
    m: () => {},
  };
  for (const [, count, command, character] of written.replaceAll(MARKS, '').matchAll(PIECE)) {
    if (command !== undefined) {
      const act = sequences[command];
      if (!act) throw new Error(`a sequence that the screen does not know: ${command}`);
      act(Number(count));
    } else if (character === '\r') column = 0;
    else if (character === '\n') [row, column] = [row + 1, 0];
    else {
      const width = stringWidth(character!);
      if (column + width > columns) [row, column] = [row + 1, 0];
      const line = cells(row);
      while (line.length < column) line.push(' ');
      line[column] = character!;
      if (width === 2) line[column + 1] = '';
      column += width;
    }
  }
  return rows.map((line) => line.join('').trimEnd());
}
