import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { longestVerbatim, VerbatimFilter, Vocabulary } from '#text';
import { certain, draw, noise, scripted, tokensOf } from '../../fakes/fake-models.ts';

describe('copies of the novel', () => {
  const novel = '却说那孙悟空听了，\n大笑道：“师父放心，弟子去也！”🐒一个筋斗云，不见了踪影。';
  const limit = 6;
  const verbatim = VerbatimFilter.fromText([novel], limit);
  const without = Vocabulary.fromText([novel.replace(/[师父🐒影悟]/gu, '')], 1);

  it('stay below the limit, line breaks or not, in bytes or not, with what stands before', () => {
    for (const v of [Vocabulary.fromText([novel], 1), without]) {
      for (const before of ['', '却说', '却说那孙悟空听']) {
        const model = certain(v, novel.slice(before.length));
        const { text } = draw(model, { length: 40 }, { verbatim, v, before });
        expect(longestVerbatim(text, novel).length).toBeLessThanOrEqual(limit);
        const joined = Math.max(limit, [...before].length);
        expect(longestVerbatim(before + text, novel).length).toBeLessThanOrEqual(joined);
      }
    }
  });

  it('are told from what stands there, not from what was taken back', () => {
    const v = Vocabulary.fromText(['天地玄黄人马。'], 1);
    const source = VerbatimFilter.fromText(['天地玄黄'], 3);
    const model = scripted(v, { '': '天', 天: '人地', 天人: '马', 天地: '玄', 天地玄: '黄马' });
    const { text, walks } = draw(model, { length: 4, banned: ['人马'] }, { verbatim: source, v });
    expect([text, walks]).toEqual(['天地玄马。', 1]);
  });

  it('are only held off where a novel is given', () => {
    const v = Vocabulary.fromText([novel], 1);
    expect(draw(certain(v, novel), { length: 40 }, { v }).text).toBe(novel);
  });

  it('are nothing that the model may choose to make, nor what is left when banned phrases are taken back', () => {
    const two = Vocabulary.fromText(['天地。'], 1);
    const among = tokensOf(two, '天地');
    fc.assert(
      fc.property(
        fc.integer(),
        fc.string({ unit: fc.constantFrom('天', '地'), minLength: 40, maxLength: 80 }),
        fc.integer({ min: 1, max: 4 }),
        fc.array(fc.string({ unit: fc.constantFrom('天', '地'), minLength: 2, maxLength: 5 }), {
          maxLength: 3,
        }),
        (seed, source, count, banned) => {
          const filter = VerbatimFilter.fromText([source], limit);
          const { text } = draw(
            noise(seed, among, count),
            { length: 60, banned },
            { verbatim: filter, seed, v: two },
          );
          expect(longestVerbatim(text, source).length).toBeLessThanOrEqual(limit);
          expect(banned.some((bad) => text.includes(bad))).toBe(false);
        },
      ),
      { numRuns: 200 },
    );
  });
});
