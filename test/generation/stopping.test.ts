import { describe, expect, it } from 'vitest';
import { belongs, lengthRange, mayEnd } from '#generation';

const range = { minimum: 5, target: 10, maximum: 20 };

describe('lengthRange', () => {
  it('lies around the length that is asked for', () => {
    expect(lengthRange(120)).toEqual({ minimum: 96, target: 120, maximum: 180 });
    expect(lengthRange(1)).toEqual({ minimum: 1, target: 1, maximum: 41 });
  });
});

describe('mayEnd', () => {
  it.each([
    '他去了。',
    '去罢！',
    '何事？',
    '他……',
    '“去罢。”',
    '“去‘罢’！”',
    '「去罷。」',
    '『去。』」',
    '（他去了。）',
  ])('is at the end of %s', (text) => {
    expect(mayEnd(text, 5, range)).toBe(true);
    expect(mayEnd(text, 4, range)).toBe(false);
  });

  it.each(['他去了', '他去了，', '他道：“', '他…', '他………', '他——'])('is not at the end of %s', (text) => {
    expect(mayEnd(text, 12, range)).toBe(false);
  });

  it('waits for an open quotation to close until the target, then no more', () => {
    expect(mayEnd('他道：“去了。', 9, range)).toBe(false);
    expect(mayEnd('他道：“去了。', 10, range)).toBe(true);
    expect(mayEnd('他道：「去了。', 9, range)).toBe(false);
    expect(mayEnd('去了。”他道。', 9, range)).toBe(true);
  });

  it('is anywhere at the maximum', () => {
    expect(mayEnd('他去', 20, range)).toBe(true);
  });
});

describe('belongs', () => {
  it.each([
    ['去罢。', '”', true],
    ['去罢！’', '”', true],
    ['去罢！', '！', true],
    ['去罢？', '！', true],
    ['他…', '…', true],
    ['他……', '…', false],
    ['他—', '—', true],
    ['去罢。', '他', false],
    ['去罢。', '“', false],
    ['去罢。', '\n', false],
    ['他道', '”', false],
    ['He left.', ' ', false],
    ['3.', '1', true],
    ['👩', '\u200d', true],
    ['👩\u200d', '🚀', true],
    ['e', '\u0301', true],
    ['🇨', '🇳', true],
    ['🇨🇳', '🇨', false],
  ])('%s + %s: %s', (text, next, expected) => {
    expect(belongs(text, next)).toBe(expected);
  });
});
