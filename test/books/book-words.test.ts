import { expect, it } from 'vitest';
import { bookWords } from '#books';
import { createTranslator } from '#i18n';

it.each(['en', 'zh-Hans', 'zh-Hant'] as const)('a book has its words in %s', (locale) => {
  const words = bookWords(createTranslator(locale), ['甲書', '乙書']);
  const names = Array.from({ length: 200 }, (_, index) => words.penName(index));
  expect(new Set(names).size).toBe(200);
  expect(names[0]).toBe(locale === 'en' ? 'A' : '甲');
  expect(words.colophon).toHaveLength(2);
  expect(words.colophon[1]).toMatch(/甲書.+乙書/);
});

it('nothing is said of novels where none are known', () => {
  expect(bookWords(createTranslator('en'), []).colophon).toHaveLength(1);
});
