import fc from 'fast-check';
import { expect, it } from 'vitest';
import { RECENT, recentOf } from '#generation';

it('remembers the last characters of a story, none of them half', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom('天', '🐒'), maxLength: 2 * RECENT + 9 }), (text) => {
      expect(recentOf(text)).toBe([...text].slice(-RECENT).join(''));
    }),
  );
  expect([...recentOf('🐒'.repeat(3 * RECENT))]).toHaveLength(RECENT);
  expect(recentOf(`${'🐒'.repeat(RECENT)}天`).isWellFormed()).toBe(true);
});
