import { expect, it } from 'vitest';
import { checkBanned, checkRemembered, settingLimits } from '#generation';

it('takes banned phrases once each, without what stands around them', () => {
  expect(checkBanned([' 魔法', '魔法', '', '精灵\n'])).toEqual(['魔法', '精灵']);
});

it('refuses too many of them, and such as are too long', () => {
  const { banned, bannedLength } = settingLimits;
  const phrases = Array.from({ length: banned.max + 1 }, (_, i) => `第${i}`);
  expect(checkBanned(phrases.slice(1))).toHaveLength(banned.max);
  expect(() => checkBanned(phrases)).toThrow(expect.objectContaining({ code: 'text.banned-too-many' }));
  expect(checkBanned(['🐒'.repeat(bannedLength.max)])).toHaveLength(1);
  expect(() => checkBanned(['🐒'.repeat(bannedLength.max + 1)])).toThrow(
    expect.objectContaining({ code: 'text.banned-too-long' }),
  );
});

it('takes remembered names likewise, and refuses too many of them and such as are too long', () => {
  const { remembered, rememberedLength } = settingLimits;
  expect(checkRemembered([' 林小满', '林小满', '', '犇犇\n'])).toEqual(['林小满', '犇犇']);
  const names = Array.from({ length: remembered.max + 1 }, (_, i) => `第${i}`);
  expect(checkRemembered(names.slice(1))).toHaveLength(remembered.max);
  expect(() => checkRemembered(names)).toThrow(
    expect.objectContaining({ code: 'text.remembered-too-many', params: { count: 21, maximum: 20 } }),
  );
  expect(checkRemembered(['🐒'.repeat(rememberedLength.max)])).toHaveLength(1);
  expect(() => checkRemembered(['🐒'.repeat(rememberedLength.max + 1)])).toThrow(
    expect.objectContaining({ code: 'text.remembered-too-long' }),
  );
});
