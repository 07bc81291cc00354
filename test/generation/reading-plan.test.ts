import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  MEMORY,
  newOrigin,
  type Order,
  type Place,
  planReading,
  type Reading,
  type ReadingPlan,
  type Segment,
  startPlace,
} from '#generation';
import { Vocabulary } from '#text';
import { madeModel } from '../fakes/made-model.ts';

const STORY = '孙悟空听了，大笑道：“去也！”\n不见……——？。';
const vocabulary = Vocabulary.fromText([STORY], 1);
const about = { ...madeModel(STORY).about, openings: [] as readonly string[] };
const found = (index: number, pending = 5) => {
  const place: Place = { state: { h: Float32Array.of(1), c: Float32Array.of(2) }, pending };
  return { place, index };
};

/** Passages p0, p1, … with these texts, the first beginning behind `before` characters. */
function segmentsOf(texts: readonly string[], before = 0): Segment[] {
  let end = before;
  return texts.map((text, at) => {
    end += [...text].length;
    return { passage: `p${at}`, text, end };
  });
}

function plan(
  reading: Partial<Reading> & { readonly segments: readonly Segment[] },
  change: Partial<Order> = {},
  at?: ReturnType<typeof found>,
  openings: readonly string[] = [],
): ReadingPlan {
  const order: Order = {
    passage: 'new',
    group: '',
    reading: { origin: 'start', whole: true, recent: '', ...reading },
    settings: { temperature: 1, length: 10 },
    seed: 1,
    ...change,
  };
  return planReading(order, { vocabulary, about: { ...about, openings } }, at);
}

const textIn = ({ tokens }: ReadingPlan, from = 1) => vocabulary.decode([...tokens.subarray(from)]);
const characters = (text: string) => [...text].length;

describe('a story without a word', () => {
  it('begins at the start of a paragraph, from zero', () => {
    const { tokens, spans, place, lead, origin, replaces } = plan({ segments: [] });
    expect([...tokens]).toEqual([...vocabulary.encode('\n')]);
    expect(spans).toEqual([]);
    expect(place).toEqual(startPlace(vocabulary));
    expect(place.state).toBeNull();
    expect({ lead, origin, replaces }).toEqual({
      lead: '',
      origin: 'start',
      replaces: undefined,
    });
  });

  it('begins with a lead where the model has some: read, not kept, the same for the same seed', () => {
    const openings = ['悟空', '大笑道', '去也'];
    const leads = Array.from({ length: 40 }, (_, seed) => {
      const one = plan({ segments: [] }, { seed }, undefined, openings);
      expect(textIn(one)).toBe(one.lead);
      expect(one.spans).toEqual([
        { end: one.tokens.length - 1, passage: undefined, keeping: undefined, measured: undefined },
      ]);
      expect(plan({ segments: [] }, { seed }, undefined, openings).lead).toBe(one.lead);
      return one.lead;
    });
    expect(new Set(leads)).toEqual(new Set(openings));
  });

  it('never begins with a lead that holds a banned phrase', () => {
    const openings = ['孙悟空', '大笑道', '悟'];
    for (let seed = 0; seed < 40; seed++) {
      const settings = { temperature: 1, length: 10, banned: ['悟'] };
      expect(plan({ segments: [] }, { seed, settings }, undefined, openings).lead).toBe('大笑道');
      const all = { ...settings, banned: ['悟', '笑'] };
      expect(plan({ segments: [] }, { seed, settings: all }, undefined, openings).lead).toBe('');
    }
  });

  it('has a lead only if there is no passage, not even an erased one', () => {
    for (const segments of [segmentsOf(['孙']), segmentsOf([''])])
      expect(plan({ segments }, {}, undefined, ['悟空']).lead).toBe('');
  });
});

describe('a reading that goes back to its origin', () => {
  it('reads all of it, each passage as a span that ends before its last token', () => {
    const texts = ['孙悟空', '听了', '🐒'];
    const one = plan({ segments: segmentsOf(texts) });
    expect(textIn(one)).toBe(texts.join(''));
    expect(one.tokens[0]).toBe(vocabulary.encode('\n')[0]);
    expect(one.spans.map(({ end }) => end)).toEqual([3, 5, 9]);
    expect(one.spans.map(({ passage }) => passage)).toEqual(['p0', 'p1', 'p2']);
    expect(one.tokens).toHaveLength(one.spans.at(-1)!.end + 1);
    expect(one).toMatchObject({ origin: 'start', lead: '', replaces: undefined });
    expect(one.place.state).toBeNull();
  });

  it('keeps the name of its origin, whatever it is', () => {
    const one = plan({ segments: segmentsOf(['了', '听'], 500), origin: 'p0+7' });
    expect(one).toMatchObject({ origin: 'p0+7' });
    expect(textIn(one)).toBe('了听');
  });

  it('goes through erased passages without reading anything', () => {
    const one = plan({ segments: segmentsOf(['', '听', '', '']) });
    expect(textIn(one)).toBe('听');
    expect(one.spans.map(({ end }) => end)).toEqual([0, 1, 1, 1]);
    expect(plan({ segments: segmentsOf(['', '']) }).tokens).toHaveLength(1);
  });

  it('refuses a text that is not well-formed', () => {
    expect(() => plan({ segments: segmentsOf(['孙\ud800']) })).toThrow(
      expect.objectContaining({ code: 'text.lone-surrogate' }),
    );
  });
});

describe('a reading from a kept place', () => {
  it('goes on behind it, with the token that was not read, under the same origin', () => {
    for (const whole of [true, false]) {
      const segments = segmentsOf(['孙悟空', '听了', '大笑'], 3000);
      const at = found(0, 17);
      const one = plan({ segments, whole, origin: 'older+9' }, {}, at);
      expect(one.place).toBe(at.place);
      expect(one.tokens[0]).toBe(17);
      expect(textIn(one)).toBe('听了大笑');
      expect(one.spans.map(({ passage, end }) => [passage, end])).toEqual([
        ['p1', 2],
        ['p2', 4],
      ]);
      expect(one).toMatchObject({ origin: 'older+9', replaces: 'p0' });
    }
  });

  it('reads nothing behind the head', () => {
    const one = plan({ segments: segmentsOf(['孙', '悟']) }, {}, found(1, 9));
    expect([...one.tokens]).toEqual([9]);
    expect(one.spans).toEqual([]);
    expect(one.replaces).toBe('p1');
  });

  it('replaces what was a head, not what stays as a snapshot', () => {
    const segments = segmentsOf(['了'.repeat(1000), '了'.repeat(23), '了', '了']);
    expect(plan({ segments }, {}, found(0)).replaces).toBe('p0');
    expect(plan({ segments }, {}, found(1)).replaces).toBe('p1');
    expect(plan({ segments }, {}, found(2)).replaces).toBeUndefined();
    expect(plan({ segments }, {}, found(3)).replaces).toBe('p3');
  });
});

describe('what is kept on the way', () => {
  const keepings = (one: ReadingPlan) => one.spans.map(({ keeping }) => keeping);

  it('are the states behind passages that cross or reach a multiple of 1,024 characters, and the head in memory', () => {
    const texts = [1000, 23, 1, 1, 1022, 1, 5000, 3].map((n) => '了'.repeat(n));
    const kept = ['stored', undefined, undefined, 'stored', 'stored', 'hot'];
    expect(keepings(plan({ segments: segmentsOf(texts) }))).toEqual([undefined, undefined, ...kept]);
    expect(keepings(plan({ segments: segmentsOf(texts) }, {}, found(1)))).toEqual(kept);
  });

  it('is counted from the start of the story, not of the reading', () => {
    const texts = [20, 20, 20].map((n) => '了'.repeat(n));
    const one = plan({ segments: segmentsOf(texts, 1024 - 30), origin: 'p0+0' });
    expect(keepings(one)).toEqual([undefined, 'stored', 'hot']);
  });

  it('is the head as a snapshot where it is one', () => {
    expect(keepings(plan({ segments: segmentsOf(['了'.repeat(1024)]) }))).toEqual(['stored']);
  });

  it('is nothing where nothing is to be kept', () => {
    const segments = segmentsOf(['了'.repeat(1024), '了']);
    expect(keepings(plan({ segments }, { keep: false }))).toEqual([undefined, undefined]);
  });
});

describe('surprise', () => {
  it('is measured over the passages that were asked for and are read, with their characters', () => {
    const segments = segmentsOf(['孙悟空', '听了🐒', '大笑']);
    const measure = ['p0', 'p1', 'elsewhere'];
    expect(plan({ segments }, { measure }).spans.map(({ measured }) => measured)).toEqual([3, 3, undefined]);
    expect(plan({ segments }, { measure }, found(0)).spans.map(({ measured }) => measured)).toEqual([
      3,
      undefined,
    ]);
  });

  it('counts only what is read of a passage that a new origin cuts', () => {
    const segments = segmentsOf(['了'.repeat(MEMORY), '了'.repeat(100)], 9999);
    const { spans } = plan({ segments, whole: false }, { measure: ['p0', 'p1'] });
    expect(spans.map(({ measured }) => measured)).toEqual([MEMORY - 100, 100]);
  });
});

describe('a new origin', () => {
  it('lies 2,048 characters before the head, within a passage', () => {
    const texts = ['大'.repeat(1500), '听'.repeat(1500), '了'.repeat(1000)];
    const one = plan({ segments: segmentsOf(texts, 777), whole: false, origin: 'lost+3' });
    expect(one.origin).toBe('p1+452');
    expect(textIn(one)).toBe('听'.repeat(1048) + '了'.repeat(1000));
    expect(one.spans.map(({ passage }) => passage)).toEqual(['p1', 'p2']);
    expect(one.place.state).toBeNull();
    expect(one.replaces).toBeUndefined();
    // What is kept is told by where a passage stands in the story, although only its rest was read.
    expect(one.spans.map(({ keeping }) => keeping)).toEqual(['stored', 'stored']);
  });

  it('lies at the start of a passage where that is exactly 2,048 characters back', () => {
    const segments = segmentsOf(['大'.repeat(9), '听'.repeat(1048), '了'.repeat(1000)], 5);
    const { origin, segments: read } = newOrigin(segments);
    expect(origin).toBe('p1+0');
    expect(read).toEqual(segments.slice(1));
  });

  it('passes over erased passages', () => {
    const segments = segmentsOf(['', '听'.repeat(1048), '', '了'.repeat(1000), ''], 5);
    expect(newOrigin(segments)).toEqual({ origin: 'p1+0', segments: segments.slice(1) });
    expect(plan({ segments, whole: false }).tokens).toHaveLength(MEMORY + 1);
  });

  it('is called by the passage it begins with, where less is known, and the start only if it is', () => {
    const known = segmentsOf(['听', '了'], 4000);
    expect(newOrigin(known)).toEqual({ origin: 'p0+0', segments: known });
    const all = segmentsOf(['听', '了']);
    expect(newOrigin(all)).toEqual({ origin: 'start', segments: all });
    expect(newOrigin([])).toEqual({ origin: 'start', segments: [] });
  });

  it('is a function of the last 2,048 characters and what stands before them, none of them half', () => {
    const texts = fc.array(fc.nat({ max: 900 }), { maxLength: 12 });
    fc.assert(
      fc.property(texts, fc.nat({ max: 3000 }), (lengths, before) => {
        const story = lengths.map((n, at) => (at % 2 === 0 ? '🐒' : '天').repeat(n));
        const segments = segmentsOf(story, before);
        const { origin, segments: read } = newOrigin(segments);
        const all = story.join('');
        const text = read.map((segment) => segment.text).join('');
        expect(text).toBe([...all].slice(-MEMORY).join(''));
        expect(read.map(({ passage, end }) => [passage, end])).toEqual(
          segments.slice(segments.length - read.length).map(({ passage, end }) => [passage, end]),
        );
        if (origin === 'start') {
          expect(segments.length === 0 || before === 0).toBe(true);
          expect(text).toBe(all);
          return;
        }
        const [passage, skipped] = origin.split('+');
        expect(passage).toBe(read[0]!.passage);
        const whole = segments.find((segment) => segment.passage === passage)!;
        expect([...whole.text].slice(Number(skipped)).join('')).toBe(read[0]!.text);
        expect(Number(skipped)).toBeLessThanOrEqual(Math.max(0, characters(whole.text) - 1));
      }),
    );
  });
});
