import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { defaultSettings, lengthRange, repeatedShare, type WritingSettings } from '#generation';
import { Random } from '#random';
import { longestVerbatim, VerbatimFilter, Vocabulary } from '#text';
import { drawPassage, type FakeModel } from '../fakes/draw-passage.ts';

const STORY = '孙悟空听了，大笑道：“去也！”\n不见……——？。';
const vocabulary = Vocabulary.fromText([STORY], 1);
const graphemes = new Intl.Segmenter('zh', { granularity: 'grapheme' });

/** A model that foretells noise over some tokens, the same behind the same. */
function noise(seed: number, among: readonly number[], count: number, spread = 4): FakeModel {
  return (read) => {
    let digest = seed;
    for (const token of read) digest = (Math.imul(digest, 31) + token + 1) & 0xffffff;
    const random = Random.seeded(digest, read.length);
    const ids = new Set<number>();
    while (ids.size < Math.min(count, among.length)) ids.add(among[random.below(among.length)]!);
    const logits = Array.from(ids, () => spread * random.next()).sort((a, b) => b - a);
    return { ids: [...ids], logits };
  };
}

/** A model that is sure of a text, character by character, and then of its last character for ever. */
function certain(v: Vocabulary, text: string): FakeModel {
  const tokens = v.encode(text);
  return ({ length }) => {
    const sure = tokens[Math.min(length, tokens.length - 1)]!;
    const others = Array.from({ length: 40 }, (_, i) => v.firstCharacter + i).filter(
      (id) => id !== sure && id < v.size,
    );
    return { ids: [sure, ...others], logits: [30, ...others.map((_, i) => 1 - i / 100)] };
  };
}

const draw = (
  model: FakeModel,
  settings: Partial<WritingSettings> = {},
  more: {
    before?: string;
    verbatim?: VerbatimFilter;
    seed?: number;
    v?: Vocabulary;
    stopAfter?: number;
  } = {},
) => {
  const { before = '', verbatim, seed = 1, v = vocabulary, stopAfter } = more;
  const options = { vocabulary: v, random: Random.seeded(seed), before, verbatim };
  return drawPassage(
    { ...options, settings: { temperature: 0.7, length: 20, ...settings } },
    model,
    stopAfter,
  );
};

/** A model that knows what follows which text, the likeliest first; behind any other comes 。 */
function scripted(v: Vocabulary, next: Readonly<Record<string, string>>): FakeModel {
  return (read) => {
    const ids = [...v.encode(next[v.decode(read)] ?? '。')];
    return { ids, logits: ids.map((_, i) => -30 * i) };
  };
}

/** All tokens of a vocabulary, or so many of the likeliest characters and of the bytes that some text needs. */
const tokensOf = (v: Vocabulary, text: string): number[] => [
  ...new Set([
    ...v.encode(text),
    ...[...text].flatMap((c) => [...new TextEncoder().encode(c)].map((b) => v.firstByte + b)),
  ]),
];

describe('banned phrases', () => {
  const letters = ['孙', '悟', '空', '去', '猴', '🐒'];
  const small = Vocabulary.fromText(['孙悟空去。'], 1);
  const among = tokensOf(small, `${letters.join('')}。`);
  const phrase = fc.string({ unit: fc.constantFrom(...letters), minLength: 1, maxLength: 4 });

  it('are never in the text, wherever it begins and however a character is written, and the passage always ends', () => {
    fc.assert(
      fc.property(
        fc.integer(),
        fc.array(phrase, { minLength: 1, maxLength: 20 }),
        fc.string({ unit: fc.constantFrom(...letters), maxLength: 5 }),
        fc.integer({ min: 1, max: 5 }),
        (seed, banned, before, count) => {
          const { text, tokens } = draw(noise(seed, among, count), { banned }, { before, seed, v: small });
          const read = before + text;
          for (const bad of banned) {
            for (let at = read.indexOf(bad); at >= 0; at = read.indexOf(bad, at + 1)) {
              expect(at + bad.length).toBeLessThanOrEqual(before.length);
            }
          }
          expect(text.isWellFormed()).toBe(true);
          expect(small.decode(tokens)).toBe(text);
          expect([...text].length).toBeGreaterThanOrEqual(lengthRange(20).minimum);
          expect([...text].length).toBeLessThanOrEqual(lengthRange(20).limit);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('are walked back from before their first character', () => {
    const { text, walks } = draw(certain(vocabulary, '大笑孙悟空去。'), { length: 4, banned: ['孙悟空'] });
    expect(text).toMatch(/^大笑[^孙]/);
    expect(walks).toBe(1);
  });

  it('are held back until they are certain not to come', () => {
    const { text, pieces } = draw(certain(vocabulary, '大笑孙悟去也了。'), { length: 8, banned: ['孙悟空'] });
    expect(text).toBe('大笑孙悟去也了。');
    expect(pieces).toEqual(['大', '笑', '孙悟去', '也', '了', '。']);
  });

  it('are seen where they begin in what stands before', () => {
    const settings = { length: 4, banned: ['悟空听'] };
    const before = '孙悟空';
    expect(draw(certain(vocabulary, '听了去也。'), settings, { before }).text).toMatch(/^[^听]/);
    expect(draw(certain(vocabulary, '听了去也。'), settings, { before: '孙悟' }).text).toMatch(/^听/);
  });

  it('take back the first character of the passage where they began before it', () => {
    const settings = { length: 4, banned: ['悟空听了'] };
    const { text, walks } = draw(certain(vocabulary, '听了去也。'), settings, { before: '孙悟空' });
    expect(text).toMatch(/^[^听]/);
    expect(walks).toBe(1);
  });

  it('may take back the end of a sentence, behind which the passage then ends', () => {
    const told = '去也！？！不见。';
    const settings = { length: 3, banned: ['？！'] };
    expect(draw(certain(vocabulary, told), { length: 3 }).text).toBe('去也！？！');
    expect(draw(certain(vocabulary, told), settings).text).toMatch(/^去也！$|^去也！！$/);
  });

  it('are walked back from so often and no more, however they are knotted', () => {
    const pairs = [...'孙悟空去'].flatMap((a) => [...'孙悟空去'].flatMap((b) => [a + b, a + b + a]));
    const banned = [...pairs.filter((_, i) => i % 2 === 1), '去去', '孙悟', '悟悟悟'];
    const model = noise(4, [...small.encode('孙悟空去')], 4);
    const { text, walks } = draw(model, { length: 9000, banned }, { v: small });
    expect(banned.some((bad) => text.includes(bad))).toBe(false);
    expect(walks).toBeGreaterThan(200);
    expect(walks).toBeLessThanOrEqual(500);
  });

  it('may be a hundred, each a character', () => {
    const ascii = Array.from({ length: 94 }, (_, i) => String.fromCharCode(0x21 + i));
    const banned = [...ascii, ...'孙悟空去。'].slice(0, 100);
    const { text } = draw(noise(1, among, 5), { banned, length: 5 }, { v: small });
    expect([...text].some((c) => banned.includes(c))).toBe(false);
  });
});

describe('marks in pairs', () => {
  const marks = '“”‘’「」『』《》〈〉（）【】';
  const opening = [...marks].filter((_, i) => i % 2 === 0);
  const closing = [...marks].filter((_, i) => i % 2 === 1);
  const marked = Vocabulary.fromText([`${marks.replace('【】', '')}孙悟空去。！\n，`], 1);
  const among = tokensOf(marked, `${marks}孙悟空去。！\n，`);

  /** What is open at the end; throws where marks cross, close nothing, or open twice. */
  function openAtEnd(text: string, open: string[] = []): string[] {
    const characters = [...text];
    for (const [i, c] of characters.entries()) {
      // An apostrophe.
      if (c === '’' && open.at(-1) !== '‘' && /\p{Script=Latin}/u.test(characters[i - 1] ?? '')) continue;
      if (opening.includes(c)) {
        if (open.includes(c)) throw new Error(`${c} twice at ${i} of ${text}`);
        open.push(c);
      }
      if (closing.includes(c) && open.pop() !== opening[closing.indexOf(c)])
        throw new Error(`${c} at ${i} of ${text}`);
    }
    return open;
  }

  it('never close nothing, open twice or cross, and are all closed in the end', () => {
    fc.assert(
      fc.property(
        fc.integer(),
        fc.constantFrom('', '孙悟空道：“', '他道：“《去', '“悟‘空', '（去。【空'),
        fc.integer({ min: 1, max: 60 }),
        fc.constantFrom(1, 3, 20, among.length),
        (seed, before, length, count) => {
          const settings = { length, temperature: 1.5 };
          const { text } = draw(noise(seed, among, count), settings, { before, seed, v: marked });
          expect(openAtEnd(before + text)).toEqual([]);
          expect(before + text).not.toMatch(/“”|‘’|《》/);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('are in whatever order people like before the passage', () => {
    fc.assert(
      fc.property(
        fc.integer(),
        fc.string({ unit: fc.constantFrom(...marks, '孙', '\n'), maxLength: 20 }),
        (seed, before) => {
          const { text } = draw(noise(seed, among, 20), { length: 10 }, { before, seed, v: marked });
          expect(text.isWellFormed()).toBe(true);
        },
      ),
    );
  });

  it('lets the model close a quotation by itself for a while, then closes it behind a sentence', () => {
    const speech = `孙悟空道：“${'去也。'.repeat(60)}`;
    const { text } = draw(certain(vocabulary, speech), { length: 20, repetition: 0 });
    expect(text).toMatch(/^孙悟空道：“(去也。)+”$/);
    expect([...text].length).toBeGreaterThan(40);
    expect([...text].length).toBeLessThan(50);
  });

  it('ends a sentence where the model never would, and closes the quotation behind it', () => {
    const { text } = draw(certain(vocabulary, `孙悟空道：“${'去也，'.repeat(99)}`), {
      length: 20,
      repetition: 0,
    });
    expect(text).toMatch(/^孙悟空道：“(去也，)+(去|去也)?[。！？]”$/);
    expect([...text].length).toBeLessThanOrEqual(lengthRange(20).limit);
  });

  it('closes a title before it grows long', () => {
    const titled = Vocabulary.fromText(['看《孙悟空去》。'], 1);
    const { text } = draw(
      certain(titled, `看《${'孙悟空去'.repeat(20)}`),
      { length: 40, repetition: 0 },
      { v: titled },
    );
    expect(text).toMatch(/^看《[孙悟空去]{8,16}》/);
  });

  it('ends with a quotation open only where every way to close it is banned', () => {
    const { text } = draw(certain(vocabulary, '道：“去也。'), { length: 5, banned: ['”'] });
    expect([...text].length).toBe(lengthRange(5).limit);
    expect(text).not.toContain('”');
    const other = draw(certain(vocabulary, `道：“${'去也，'.repeat(30)}`), {
      length: 5,
      banned: ['。”', '？”'],
    });
    expect(other.text).toMatch(/！”$/);
  });

  it('does not insist on closing what is within by a mark that is banned', () => {
    const v = Vocabulary.fromText(['“”‘’孙去悟。'], 1);
    const next = { '': '“', '“': '‘', '“‘': '去', '“‘去': '”去', '“‘去去': '孙去', '“‘去去孙': '去' };
    // Had it tried ’ over and over, its patience would be gone and no 孙 would come.
    const { text } = draw(scripted(v, next), { length: 9, banned: ['’', '孙悟'] }, { v });
    expect(text).toMatch(/^“‘去去孙去/);
  });

  it('takes ’ behind a letter for an apostrophe', () => {
    const english = Vocabulary.fromText(['I don’t know.孙'], 1);
    expect(draw(certain(english, 'I don’t know. I'), { length: 10 }, { v: english }).text).toBe(
      'I don’t know.',
    );
  });
});

describe('visible characters', () => {
  const odd = '孙e\u0301\u200d\ufe0f👩🚀🇨🇳🏽가각ᄀ\u0e33。A\u0600';
  const known = Vocabulary.fromText([odd], 1);
  const bytes = Vocabulary.fromText(['孙。A'], 1);

  it('are never parted: not by the ends of a passage, not in the stream, not when it is stopped', () => {
    fc.assert(
      fc.property(
        fc.integer(),
        fc.string({ unit: fc.constantFrom(...odd), maxLength: 4 }),
        fc.constantFrom(known, bytes),
        fc.constantFrom(1, 4, 30),
        fc.option(fc.integer({ min: 0, max: 20 }), { nil: undefined }),
        fc.array(fc.string({ unit: fc.constantFrom(...odd), minLength: 2, maxLength: 3 }), { maxLength: 6 }),
        (seed, before, v, count, stopAfter, banned) => {
          const settings = { length: 10, temperature: 1.5, banned };
          const more = { before, seed, v, ...(stopAfter !== undefined && { stopAfter }) };
          const { text, pieces, tokens } = draw(noise(seed, tokensOf(v, odd), count), settings, more);
          expect(text.isWellFormed()).toBe(true);
          expect(v.decode(tokens)).toBe(text);
          const starts = new Set(Array.from(graphemes.segment(before + text), ({ index }) => index));
          let at = before.length;
          for (const piece of pieces) {
            if (at > 0) expect(starts).toContain(at);
            at += piece.length;
          }
        },
      ),
      { numRuns: 300 },
    );
  });

  it('may be drawn, byte by byte too', () => {
    for (const v of [known, bytes]) {
      const { text, pieces } = draw(certain(v, 'A👩🏽‍🚀e\u0301🇨🇳孙。'), { length: 8 }, { v });
      expect(text).toBe('A👩🏽‍🚀e\u0301🇨🇳孙。');
      expect(pieces).toEqual(['A', '👩🏽‍🚀', 'e\u0301', '🇨🇳孙', '。']);
    }
  });

  it('are not left half where it is stopped', () => {
    for (const stopAfter of [0, 1, 2, 3, 4, 5]) {
      const { text } = draw(certain(known, 'A👩🏽‍🚀孙。'), { length: 8 }, { v: known, stopAfter });
      expect(text).toBe(['', 'A', 'A👩', 'A👩🏽', 'A👩🏽‍🚀', 'A👩🏽‍🚀'][stopAfter]);
    }
  });

  it('are whole where something was taken back behind them, or may be from within them', () => {
    const v = Vocabulary.fromText(['🚀\ufe0fA孙。e\u0301'], 1);
    const model = scripted(v, { '': '🚀', '🚀': 'A\ufe0f', '🚀A': '孙', '🚀\ufe0f': '孙' });
    const rocket = draw(model, { length: 4, banned: ['A孙'] }, { v });
    expect(rocket.pieces).toEqual(['🚀\ufe0f孙', '。']);
    const accent = scripted(v, { '': 'e', e: '\u0301', 'e\u0301': 'A', 'e\u0301A': 'A' });
    expect(draw(accent, { length: 4, banned: ['\u0301孙'] }, { v }).pieces).toEqual(['e\u0301', 'A', 'A。']);
  });

  it('are given up where no byte can finish them, for what else the model offered', () => {
    const lost = [...new TextEncoder().encode('\ufffd')].map((b) => bytes.firstByte + b);
    const model: FakeModel = (read) => {
      const last = lost.indexOf(read.at(-1) ?? -1);
      if (last === 0 || last === 1) return { ids: [lost[last + 1]!], logits: [0] };
      return { ids: [lost[0]!, ...bytes.encode('A。')], logits: [30, 1, 0] };
    };
    const { text, walks } = draw(model, { length: 8, temperature: 0.1 }, { v: bytes });
    expect(text).toMatch(/^A+。$/);
    expect(walks).toBeGreaterThan(5);
  });

  it('do not grow for ever', () => {
    const v = Vocabulary.fromText(['👩\u200d。孙'], 1);
    const { text } = draw(certain(v, '👩\u200d'.repeat(200)), { length: 10 }, { v });
    for (const { segment } of graphemes.segment(text)) expect([...segment].length).toBeLessThanOrEqual(12);
  });

  it('hold no control of direction, no gap that is not seen, nothing without a meaning', () => {
    const bad = '\u202e\u200b\ufeff\u00ad\ue000\u{10ffff}\u2028';
    for (const v of [Vocabulary.fromText([`${bad}孙。`], 1), bytes]) {
      const { text } = draw(certain(v, `孙${bad}孙孙孙孙。`), { length: 6 }, { v });
      expect(text).not.toMatch(/[\u202e\u200b\ufeff\u00ad\p{Co}\p{Cn}\u2028]/u);
    }
  });
});

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
