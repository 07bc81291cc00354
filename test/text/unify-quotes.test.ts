import { describe, expect, it } from 'vitest';
import { quoteStyle, unifyQuotes } from '../../src/text/unify-quotes.ts';
import { clean } from './made-novel.ts';

describe('the style of a book', () => {
  it.each([
    ['as nearly all of its quotations are', 90, 10, 'curly'],
    ['also with corners', 3, 80, 'corner'],
    ['without any others', 40, 0, 'curly'],
    ['not plain where both are frequent', 70, 30, undefined],
    ['not plain in a few quotations', 39, 0, undefined],
  ] as const)('is %s', (_name, curly, corner, style) => {
    expect(quoteStyle({ curly, corner })).toBe(style);
  });
});

describe('in a book of corners', () => {
  it.each([
    ['行者道：“師父莫怕。”八戒道：「是。」', '行者道：「師父莫怕。」八戒道：「是。」'],
    ['一句‘上官歐陽’也無。', '一句「上官歐陽」也無。'],
    ['他道：“有一句‘上官歐陽’。”', '他道：「有一句『上官歐陽』。」'],
    ['他道：「我說“走”，他便走。」', '他道：「我說『走』，他便走。」'],
    ['他道：“我說「走」，他便走。”', '他道：「我說『走』，他便走。」'],
    ['他道：“我說「他叫『來』」。”', '他道：「我說『他叫「來」』。」'],
    ['『外面』又道：“好。”', '『外面』又道：「好。」'],
    ['「甲說「乙」。」又道：“好。”', '「甲說「乙」。」又道：「好。」'],
    ['“敝地大邦天竺國，鳳仙外郡吾司牧。', '「敝地大邦天竺國，鳳仙外郡吾司牧。'],
    ['若施寸雨濟黎民，愿奉千金酬厚德！”', '若施寸雨濟黎民，愿奉千金酬厚德！」'],
    ['教我“以為‘人有善念”，庶幾。', '教我“以為‘人有善念”，庶幾。'],
    ['他道：「師父“莫怕。」', '他道：「師父“莫怕。」'],
  ])('%s → %s', (from, to) => {
    expect(unifyQuotes(from, 'corner').text).toBe(to);
  });
});

describe('in a book of curly quotes', () => {
  it.each([
    ['他道：「走吧！」', '他道：“走吧！”'],
    ['他道：「走」', '他道：“走”'],
    ['「走吧，走吧！', '“走吧，走吧！'],
    ['他道：「我說『走吧！』」', '他道：“我說‘走吧！’”'],
    ['“走吧！”他道：“我说「走吧！」”', '“走吧！”他道：“我说‘走吧！’”'],
    ['他用了「火球术」。', '他用了「火球术」。'],
  ])('%s → %s', (from, to) => {
    expect(unifyQuotes(from, 'curly').text).toBe(to);
  });
});

it('cleaning puts the strays of a book into its style and reports them', async () => {
  const said = Array(30).fill('他說：「走吧。」').join('\n');
  const { text, report } = await clean(`${said}\n他說：“走吧。”\n他又說："好。"`);
  expect(text.split('\n').slice(-2)).toEqual(['他說：「走吧。」', '他又說：「好。」']);
  expect(report.changed.quotes).toMatchObject({
    characters: 6,
    examples: expect.arrayContaining([{ line: 31, text: '他說：“走吧。”' }]),
  });
});
