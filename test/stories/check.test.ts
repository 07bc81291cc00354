import { expect, it } from 'vitest';
import { checkName, checkText } from '#stories';

it('keeps a text as it is but for its line ends and the blank lines around it', () => {
  expect(checkText('\n \r\n　　孙悟空\r\n\r\n去也\u2028\t！ \r\n\r\n')).toBe('　　孙悟空\n\n去也\n\t！');
  expect(checkText('👨‍👩‍👧 café')).toBe('👨‍👩‍👧 café');
});

it.each([
  ['', 'story.empty-text'],
  [' \n　\t', 'story.empty-text'],
  ['云\u0000', 'story.control-character {"code":"0000"}'],
  ['\u0007云', 'story.control-character {"code":"0007"}'],
  ['云\u009b', 'story.control-character {"code":"009B"}'],
  ['云\ud800', 'story.lone-surrogate'],
  ['云'.repeat(20_001), 'story.too-long {"count":20001,"maximum":20000}'],
  ['👍'.repeat(20_001), 'story.too-long {"count":20001,"maximum":20000}'],
])('refuses %j', (typed, message) => {
  expect(() => checkText(typed)).toThrow(message);
});

it('counts characters, not what holds them', () => {
  expect(checkText('👍'.repeat(20_000))).toHaveLength(40_000);
});

it.each(['', ' ', '林 小满', '林\n', '一二三四五六七八九十一二三', '\ud800'])(
  'takes %j for no name',
  (typed) => {
    if (typed === '林\n') expect(checkName(typed)).toBe('林');
    else expect(() => checkName(typed)).toThrow('story.bad-name {"maximum":12}');
  },
);
