import { expect, test } from 'vitest';
import { ProgressDisplay } from '../../../src/training/report/progress-display.ts';

const CLEAR = '\r\x1b[2K';

/** A stream that remembers, and a clock moved by hand (milliseconds). */
function setting(stream: { isTTY?: boolean; columns?: number }, cursor?: boolean) {
  const written: string[] = [];
  const clock = { at: 0 };
  const target = { ...stream, write: (text: string) => written.push(text) };
  const display = new ProgressDisplay({ stream: target, now: () => clock.at, cursor, every: 10 });
  return { written, clock, display };
}

test('a terminal: one line, overwritten, not oftener than the eye needs', () => {
  const { written, clock, display } = setting({ isTTY: true, columns: 50 });
  display.update((columns) => `first ${columns}`);
  display.update(() => 'too soon');
  clock.at = 100;
  display.update(() => 'second');
  display.end();
  expect(written).toEqual([`${CLEAR}first 49`, `${CLEAR}second`, `${CLEAR}second`, '\n']);
});

test('a terminal: what stays is printed above the line, which is drawn again', () => {
  const { written, display } = setting({ isTTY: true });
  display.update((columns) => `line ${columns}`);
  display.print('a sample');
  expect(written).toEqual([`${CLEAR}line 79`, `${CLEAR}a sample\n`, `${CLEAR}line 79`]);
});

test('a file: a plain line every ten seconds, and the last state at the end', () => {
  const { written, clock, display } = setting({});
  for (let second = 0; second <= 25; second++) {
    clock.at = second * 1000;
    display.update(() => `second ${second}`);
  }
  display.print('a sample');
  display.end();
  expect(written).toEqual(['second 0\n', 'second 10\n', 'second 20\n', 'a sample\n', 'second 25\n']);
});

test('a terminal that cannot overwrite: plain lines, no wider than it is', () => {
  const { written, display } = setting({ isTTY: true, columns: 50 }, false);
  display.update((columns) => `line ${columns}`);
  display.print('a sample');
  display.end();
  expect(written).toEqual(['line 49\n', 'a sample\n', 'line 49\n']);
});

test('nothing begun, nothing to end', () => {
  const { written, display } = setting({ isTTY: true });
  display.end();
  display.print('only this');
  expect(written).toEqual([`${CLEAR}only this\n`]);
});
