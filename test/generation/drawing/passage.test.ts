import { describe, expect, it } from 'vitest';
import { defaultSettings, repeatedShare, type WritingSettings } from '#generation';
import type { FakeModel } from '../../fakes/draw-passage.ts';
import { certain, draw, noise, STORY, tokensOf, vocabulary } from '../../fakes/fake-models.ts';

describe('repetition', () => {
  /** Wants the same eleven characters over and over; others are far behind. */
  const loop: FakeModel = ({ length }) => {
    const tokens = vocabulary.encode('孙悟空听了，大笑道去也');
    const sure = tokens[length % tokens.length]!;
    const others = [...tokens].filter((id) => id !== sure);
    return { ids: [sure, ...others], logits: [8, ...others.map((_, i) => 1 - i / 10)] };
  };

  it('goes on for ever if nothing holds it off, and is held off where it is', () => {
    const share = (repetition: number) =>
      repeatedShare([draw(loop, { length: 200, repetition, banned: ['。'] }).text], 8);
    expect(share(0)).toBeGreaterThan(0.9);
    expect(share(1)).toBeLessThan(0.3);
    expect(defaultSettings.repetition).toBeGreaterThan(0);
  });

  it('sees what stands before the passage', () => {
    const before = '孙悟空听了，大笑道去也。孙悟空听了，大笑';
    const next = (repetition: number) =>
      Array.from({ length: 200 }, (_, seed) => {
        const model: FakeModel = () => ({ ids: [...vocabulary.encode('道不。')], logits: [5, 4, 0] });
        return draw(model, { length: 1, repetition, temperature: 1 }, { before, seed }).text[0];
      }).filter((c) => c === '道').length;
    expect(next(0)).toBeGreaterThan(120);
    expect(next(1)).toBeLessThan(80);
  });

  it('leaves names and how they speak alone', () => {
    const before = '孙悟空道：“去！”不见。孙悟空道：';
    const model: FakeModel = () => ({ ids: [...vocabulary.encode('“不。')], logits: [5, 4, 0] });
    const drawn = Array.from(
      { length: 20 },
      (_, seed) => draw(model, { length: 1, repetition: 10, temperature: 0.1 }, { before, seed }).text[0],
    );
    expect(new Set(drawn)).toEqual(new Set(['“']));
  });
});

describe('the first character of a paragraph', () => {
  it('has a temperature of its own', () => {
    const [a, b, sure, end] = vocabulary.encode('孙大了\n');
    const model: FakeModel = (read) =>
      read.at(-1) === end || read.length === 0
        ? { ids: [a!, b!], logits: [1, 0] }
        : { ids: read.length % 2 === 1 ? [end!] : [sure!], logits: [0] };
    const firsts = (settings: Partial<WritingSettings>) =>
      draw(model, { temperature: 0.1, length: 400, ...settings }).text.match(/大/g)?.length ?? 0;
    expect(firsts({})).toBe(0);
    expect(firsts({ paragraphTemperature: 2 })).toBeGreaterThan(40);
    const others = draw(
      (read) => ({ ids: read.length === 0 ? [sure!] : [a!, b!], logits: read.length === 0 ? [0] : [1, 0] }),
      { temperature: 0.1, paragraphTemperature: 2, length: 400, repetition: 0 },
      { before: '大' },
    ).text;
    expect(others.match(/大/g)).toBe(null);
  });
});

describe('a passage', () => {
  it('is a function of what stands before, the settings and the seed', () => {
    const among = tokensOf(vocabulary, STORY);
    const settings = { length: 60, banned: ['悟空', '去也'], repetition: 1 };
    const of = (seed: number) => draw(noise(3, among, 9), settings, { seed });
    expect(of(5)).toEqual(of(5));
    expect(of(6).text).not.toBe(of(5).text);
  });

  it('ends at once where it is stopped before it began', () => {
    expect(draw(certain(vocabulary, STORY), {}, { stopAfter: 0 })).toMatchObject({
      text: '',
      tokens: [],
      draws: 0,
    });
  });

  it('gives out what it held back when it is stopped', () => {
    const model = certain(vocabulary, '大笑孙悟去也了。');
    const { text, pieces } = draw(model, { banned: ['孙悟空'] }, { stopAfter: 4 });
    expect(text).toBe('大笑孙悟');
    expect(pieces).toEqual(['大', '笑', '孙悟']);
  });
});
