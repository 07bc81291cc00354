import type { ProgressStream } from '#training';

/** One line that tells what is being done; `show('')` takes it back. */
export type StageLine = { show(words: string): void };

/** Such a line in a terminal; nothing anywhere else, where it would stay among what was asked for. */
export function stageLine(stream: ProgressStream, cursor: boolean): StageLine {
  let shown = '';
  return {
    show(words) {
      if (stream.isTTY !== true || words === shown) return;
      shown = words;
      if (cursor) stream.write(`\r\x1b[2K${words}`);
      else if (words !== '') stream.write(`${words}\n`);
    },
  };
}
