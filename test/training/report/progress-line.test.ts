import stringWidth from 'string-width';
import { expect, test } from 'vitest';
import { createTranslator } from '#i18n';
import { type ProgressState, progressLine } from '../../../src/training/report/progress-line.ts';

const state: ProgressState = {
  step: 420,
  totalSteps: 1000,
  secondsLeft: 200,
  loss: 4.1,
  heldOutBits: 6.1,
  charactersPerSecond: 4120.4,
};
const nothingYet: ProgressState = {
  step: 0,
  totalSteps: 1000,
  secondsLeft: undefined,
  loss: undefined,
  heldOutBits: undefined,
  charactersPerSecond: undefined,
};

test('the line in three languages; nats become bits', () => {
  expect(progressLine(state, createTranslator('en'), 100)).toBe(
    '[========>           ]  42%  3:20 left  held out 6.10 bits/char  loss 5.92 bits/char  4,120 chars/s',
  );
  expect(progressLine(state, createTranslator('zh-Hans'), 100)).toBe(
    '[========>           ]  42%  还剩 3:20  没学过的章节 6.10 比特/字  训练 5.92 比特/字  4,120 字/秒',
  );
  expect(progressLine(state, createTranslator('zh-Hant'), 100)).toBe(
    '[========>           ]  42%  還剩 3:20  沒學過的章節 6.10 位元/字  訓練 5.92 位元/字  4,120 字/秒',
  );
});

test('it never is wider than the terminal, in any language, from 0 to 200 columns', () => {
  for (const locale of ['en', 'zh-Hans', 'zh-Hant'] as const) {
    for (let columns = 0; columns <= 200; columns++) {
      for (const one of [state, nothingYet, { ...state, step: 1000, secondsLeft: 1e6 }]) {
        expect(stringWidth(progressLine(one, createTranslator(locale), columns))).toBeLessThanOrEqual(
          columns,
        );
      }
    }
  }
});

test('the bar does not tremble with the digits beside it', () => {
  const t = createTranslator('en');
  const widths = [99, 999, 4120].map((charactersPerSecond) => {
    return progressLine({ ...state, charactersPerSecond }, t, 100).indexOf(']');
  });
  expect(new Set(widths).size).toBe(1);
});

test('what is needed least goes first: the speed, the training loss, then what was held out', () => {
  const shown = [64, 60, 40, 20].map((columns) =>
    progressLine(state, createTranslator('en'), columns).trim(),
  );
  expect(shown).toEqual([
    '42%  3:20 left  held out 6.10 bits/char  loss 5.92 bits/char',
    '[======>        ]  42%  3:20 left  held out 6.10 bits/char',
    '42%  3:20 left  held out 6.10 bits/char',
    '42%  3:20 left',
  ]);
});

test('the beginning, the end and odd numbers', () => {
  const t = createTranslator('en');
  expect(progressLine(nothingYet, t, 40)).toBe('[>                             ]   0%');
  expect(progressLine({ ...nothingYet, step: 1000 }, t, 40)).toBe(`[${'='.repeat(30)}] 100%`);
  expect(progressLine({ ...nothingYet, step: 999 }, t, 40)).toContain(' 99%');
  expect(progressLine({ ...nothingYet, totalSteps: 0 }, t, 40)).toContain('  0%');
  expect(progressLine({ ...state, loss: Number.NaN }, t, 120)).toContain('loss ? bits/char');
  expect(progressLine({ ...state, secondsLeft: 3725.2 }, t, 120)).toContain('1:02:06 left');
});
