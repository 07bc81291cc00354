import stringWidth from 'string-width';
import { expect, it } from 'vitest';
import { shorten, TIE, wrapRemark, wrapRows } from '../../../src/platforms/console/wrap-remark.ts';

it('leaves alone what fits, and everything in a pipe', () => {
  expect(wrapRemark('a b', 80)).toBe('a b');
  expect(wrapRemark('字'.repeat(200), undefined)).toBe('字'.repeat(200));
});

it('tears no word and no command apart, and begins no row with a mark', () => {
  const remark =
    '之前的故事都留着：/故事 列出它们，/打开 1 接着写最近的一个（continue、tree …）也行，用“说明”查。';
  for (let columns = 20; columns < 60; columns++) {
    const rows = wrapRemark(remark, columns).split('\n');
    expect(rows.join('').replaceAll(' ', '')).toBe(remark.replaceAll(' ', ''));
    for (const row of rows) {
      expect(stringWidth(row), row).toBeLessThanOrEqual(columns);
      expect(row).not.toMatch(/^[，。、；：？！”）…]|[“（/]$/);
    }
    for (const whole of ['/故事', '/打开', 'continue', 'tree']) expect(rows.join('\n')).toContain(whole);
  }
});

it('keeps tied words on one row and shows the tie as a space', () => {
  const wrapped = wrapRemark(`aaaa bbbb /goto${TIE}N cccc`, 20);
  expect(wrapped).toBe('aaaa bbbb /goto N\ncccc');
  expect(wrapRemark(`aaaa bbbb cccc /goto${TIE}N`, 20)).toBe('aaaa bbbb cccc\n/goto N');
});

it('sets two columns, and under each other where the first takes most of the room', () => {
  expect(
    wrapRows(
      [
        ['a', 'one'],
        ['bcd', 'two three four'],
      ],
      16,
    ),
  ).toBe('a    one\nbcd  two three\n     four');
  const narrow = wrapRows([['a long head of it', 'and the rest of it']], 24);
  expect(narrow.split('\n').slice(1)).toEqual(['  the rest of it']);
});

it('shortens to whole characters on one row', () => {
  expect(shorten('  一\n二 ', 20)).toBe('一 二');
  expect(shorten('孙悟空听了大笑', 9)).toBe('孙悟空…');
  expect(stringWidth(shorten('👨‍👩‍👧'.repeat(9), 7), { ambiguousIsNarrow: false })).toBeLessThanOrEqual(7);
});
