import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { WritingSettings } from '#generation';
import { Vocabulary } from '#text';
import { draw, noise, scripted, tokensOf } from '../../fakes/fake-models.ts';

const v = Vocabulary.fromText(['悟空听了，大笑道：“去也！”不见。林小满来。\n'], 1);
/** Expects some characters, the same behind the same, and gives out no others. */
const model = noise(5, tokensOf(v, '悟空听了，大笑道去也。').slice(0, 11), 8);
const times = (text: string, name: string): number => text.split(name).length - 1;

/** Passages of different seeds, one after the other. */
const many = (settings: Partial<WritingSettings>, before = '', count = 60): string =>
  Array.from(
    { length: count },
    (_, seed) => draw(model, { length: 40, ...settings }, { before, seed, v }).text,
  ).join('\n');

describe('a name that the model has never read', () => {
  const storyOf = (name: string) => `${name}听了，大笑道：“去也！”${name}来。“去也！”${name}不见。`.repeat(3);

  it.each(['林小满', '犇猋'])(
    'comes again where it stood before, though the model gives out nothing of it: %s',
    (name) => {
      const before = storyOf(name);
      expect(times(many({}, before), name)).toBe(0);
      expect(times(many({ cache: 1 }, before), name)).toBeGreaterThan(8);
    },
  );

  it('comes no less at a low temperature: its share is mixed in behind it', () => {
    const before = storyOf('林小满');
    const [low, high] = [0.3, 1].map((temperature) =>
      times(many({ cache: 1, temperature }, before), '林小满'),
    );
    expect(low).toBeGreaterThan(high! / 2);
  });

  it('is found again behind what was walked back from', () => {
    const goesBack = scripted(v, { '': '林，', 林: '去', '，': '林', '，林': '了' });
    const drawn = Array.from({ length: 40 }, (_, seed) => {
      const settings = { length: 3, cache: 1, banned: ['林去'] };
      return draw(goesBack, settings, { before: '不见，林小满，林小满，林小满。', seed, v }).text;
    });
    expect(drawn.filter((text) => text.startsWith('，林了')).length).toBeGreaterThan(5);
    expect(drawn.filter((text) => text.startsWith('，林小')).length).toBeGreaterThan(5);
  });

  it('is not learnt from the passage itself, which would echo', () => {
    const drawn = (cache: number) => many({ cache, length: 100 }, '', 10);
    expect(drawn(1)).toBe(drawn(0));
  });
});

describe('a remembered name', () => {
  it('is not followed for ever by what followed it once', () => {
    const before = '林小满去，林小满去，林小满去。';
    const settings = { cache: 1, remembered: ['林小满'] };
    const story = many(settings, before, 200);
    expect(times(story, '林小满')).toBeGreaterThan(50);
    expect(times(story, '林小满去') / times(story, '林小满')).toBeLessThan(0.3);
  });

  it.each(['林小满', '犇猋', '𠮷小犇猋'])('is used now and then: %s', (name) => {
    const story = many({ remembered: [name] });
    const per300 = (300 * times(story, name)) / [...story].length;
    expect(per300).toBeGreaterThan(0.5);
    expect(per300).toBeLessThan(6);
  });

  it('is not cut short: what begins as nothing but a name can goes on as the name', () => {
    const story = many({ remembered: ['犇小满道林'] });
    expect(times(story, '犇')).toBeGreaterThan(10);
    expect(times(story, '犇小满道林')).toBeGreaterThan(0.9 * times(story, '犇'));
  });

  it('leaves twenty names room for a story', () => {
    const names = Array.from({ length: 20 }, (_, i) => String.fromCodePoint(0x7280 + i, 0x7290 + i));
    const story = many({ remembered: names });
    const all = names.reduce((sum, name) => sum + times(story, name), 0);
    expect(all).toBeGreaterThan(10);
    expect((300 * all) / [...story].length).toBeLessThan(12);
  });

  it('yields to what is banned, whole or in part', () => {
    for (const phrase of ['林小满', '小满', '满']) {
      const settings = { remembered: ['林小满'], banned: [phrase] };
      expect(many(settings)).toBe(many({ banned: [phrase] }));
    }
    const story = many({ remembered: ['林小满'], banned: ['满听', '满了', '听了'] });
    expect(times(story, '林小满')).toBeGreaterThan(5);
    expect(story).not.toMatch(/满听|满了|听了/);
  });

  it('is not held off as a repetition, however often it has stood there', () => {
    const name = '犇小满道林不见猋';
    const before = `${name}来。`.repeat(6);
    const story = many({ remembered: [name], repetition: 10 }, before, 200);
    expect(times(story, '犇')).toBeGreaterThan(10);
    expect(times(story, name)).toBeGreaterThan(0.8 * times(story, '犇'));
  });

  it('does not break what else is promised of drawing', () => {
    const some = fc.record({
      seed: fc.nat(),
      before: fc.array(fc.constantFrom(...'悟空听了，林小满犇。”“'), { maxLength: 60 }),
      banned: fc.array(fc.constantFrom('悟空', '林小', '道：', '了，大', '满'), { maxLength: 3 }),
      cache: fc.constantFrom(0, 0.5, 1),
    });
    fc.assert(
      fc.property(some, ({ seed, before, banned, cache }) => {
        const settings = { length: 60, banned, cache, repetition: 2, remembered: ['林小满', '犇猋'] };
        const more = { before: before.join(''), seed, v };
        const noisy = noise(seed, tokensOf(v, '悟空听了，大笑道：“去也！”不见。林小满犇\n'), 20);
        const { text } = draw(noisy, settings, more);
        for (const phrase of banned) expect(text).not.toContain(phrase);
        expect(text.isWellFormed()).toBe(true);
        expect(draw(noisy, settings, more).text).toBe(text);
      }),
      { numRuns: 60 },
    );
  });
});
