import { describe, expect, it } from 'vitest';
import { belongs, lengthRange, mayEnd } from '#generation';

const range = { minimum: 5, target: 10, maximum: 20, limit: 30 };

describe('lengthRange', () => {
  it('lies around the length that is asked for', () => {
    expect(lengthRange(120)).toEqual({ minimum: 96, target: 120, maximum: 180, limit: 196 });
    expect(lengthRange(1)).toEqual({ minimum: 1, target: 1, maximum: 41, limit: 57 });
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
    expect(mayEnd(text, 5, range, false)).toBe(true);
    expect(mayEnd(text, 4, range, false)).toBe(false);
  });

  it.each(['他去了', '他去了，', '他道：“', '他…', '他………', '他——'])('is not at the end of %s', (text) => {
    expect(mayEnd(text, 12, range, false)).toBe(false);
  });

  it('is nowhere while something is open, the maximum included, but at the limit', () => {
    for (const count of [9, 10, 20, 29]) expect(mayEnd('他道：“去了。', count, range, true)).toBe(false);
    expect(mayEnd('他道：“去', 30, range, true)).toBe(true);
  });

  it('is anywhere at the maximum', () => {
    expect(mayEnd('他去', 20, range, false)).toBe(true);
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
