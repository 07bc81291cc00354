import fc from 'fast-check';
import { expect, it } from 'vitest';
import { fileNameFor } from '#books';

it.each([
  ['石猴', '石猴.epub'],
  ['三國演義：第一回', '三國演義：第一回.epub'],
  ['../../etc/passwd', 'etc passwd.epub'],
  ['a<b>c:d"e/f\\g|h?i*j', 'a b c d e f g h i j.epub'],
  ['.hidden', 'hidden.epub'],
  ['石猴.exe', '石猴 exe.epub'],
  ['-rf ~', 'rf ~.epub'],
  ['~', 'xuxie.epub'],
  ['', 'xuxie.epub'],
  [' 　\u200b\u202e', 'xuxie.epub'],
  ['con', 'con_.epub'],
  ['LPT1 ', 'LPT1_.epub'],
  ['COM¹', 'COM¹_.epub'],
  ['conin$', 'conin$_.epub'],
  ['console', 'console.epub'],
  ['cafe\u0301', 'caf\u00e9.epub'],
  ['a\u0000b\u001b\u2028c', 'a b c.epub'],
  ['\ud83d', 'xuxie.epub'],
])('%j becomes %j', (title, name) => {
  expect(fileNameFor(title, 'epub')).toBe(name);
});

it('a long title is cut between visible characters', () => {
  expect(fileNameFor('猴'.repeat(200), 'epub')).toBe(`${'猴'.repeat(31)}.epub`);
  expect(fileNameFor(`${'a'.repeat(90)}🇹🇼🇹🇼`, 'epub')).toBe(`${'a'.repeat(90)}.epub`);
});

it('any title gives a name that every system takes', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'binary', maxLength: 80 }),
      fc.constantFrom('json', 'epub'),
      (title, type) => {
        const name = fileNameFor(title, type);
        const stem = name.slice(0, -type.length - 1);
        expect(name.endsWith(`.${type}`)).toBe(true);
        expect(Buffer.byteLength(name)).toBeLessThanOrEqual(100);
        expect(stem).toMatch(/^[^\s~.<>:"/\\|?*\p{C}-][^.<>:"/\\|?*\p{C}]*$/u);
        expect(stem).toBe(stem.trim());
        expect(stem).not.toMatch(/^(con|prn|aux|nul|com\d|lpt\d)$/i);
      },
    ),
    { numRuns: 1000 },
  );
});
