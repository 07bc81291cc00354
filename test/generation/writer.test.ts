import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { InferenceSession, Run } from '#engines';
import { lengthRange, type Order, recentOf, type Segment, writerOn } from '#generation';
import { Vocabulary } from '#text';
import { certainSession, fakeSession, noiseSession } from '../fakes/noise-session.ts';
import { segmentsOf } from './batch.ts';

const vocabulary = Vocabulary.fromText(['孙悟空听了，大笑道：“去也！”\n不见……——？。'], 1);
const about = {
  title: '试写',
  preset: 'tiny',
  script: 'simplified',
  openings: [],
  tokensRead: 0,
  heldOutBits: null,
} as const;

type Asked = Partial<Order> & {
  readonly session: InferenceSession;
  readonly known?: Vocabulary;
  readonly opening?: string;
  readonly segments?: readonly Segment[];
};

function start({ session, known = vocabulary, opening = '', segments, ...change }: Asked) {
  const read = segments ?? segmentsOf(opening === '' ? [] : [opening]);
  const recent = recentOf(read.map(({ text }) => text).join(''));
  return writerOn(session, { vocabulary: known, about })({
    passage: 'new',
    group: '',
    reading: { origin: 'start', segments: read, whole: true, recent },
    settings: { temperature: 0.7, length: 20 },
    seed: 7,
    ...change,
  });
}

async function collect(asked: Asked) {
  const passage = start(asked);
  const pieces: string[] = [];
  for (;;) {
    const next = await passage.next();
    if (next.done) return { text: pieces.join(''), pieces, written: next.value };
    pieces.push(next.value);
  }
}

const writeCertain = (story: string, length: number) =>
  collect({ session: certainSession(vocabulary, story), settings: { temperature: 0.7, length } });

describe('write', () => {
  it('gives the same text for the same seed and another for another', async () => {
    const session = noiseSession(vocabulary);
    const first = await collect({ session, opening: '孙悟空' });
    const again = await collect({ session, opening: '孙悟空' });
    const other = await collect({ session, opening: '孙悟空', seed: 8 });
    expect(again).toEqual(first);
    expect(other.text).not.toBe(first.text);
  });

  it('reads an opening as long as a novel', async () => {
    const read: number[] = [];
    const certain = certainSession(vocabulary, '');
    const session = {
      ...certain,
      async prefill(runs: readonly Run[]) {
        read.push(...runs.map(({ tokens }) => tokens.length));
      },
    };
    await collect({
      session,
      opening: '孙悟空听了，'.repeat(50_000),
      settings: { temperature: 1, length: 1 },
    });
    expect(read.reduce((sum, n) => sum + n, 0)).toBe(300_000);
  });

  it('stops behind the first sentence that may be the last, quotation mark and all', async () => {
    expect((await writeCertain('孙悟空听了，大笑道：“去也！”不见了。', 15)).text).toBe(
      '孙悟空听了，大笑道：“去也！”',
    );
    expect((await writeCertain('不见……了', 4)).text).toBe('不见……');
    expect((await writeCertain('去！去也！？不见了。', 5)).text).toBe('去！去也！？');
  });

  it('stops within a sentence that does not end, but not within ——', async () => {
    const { maximum } = lengthRange(1);
    expect((await writeCertain('', 1)).text).toBe('了'.repeat(maximum));
    const dash = `${'了'.repeat(maximum - 1)}——`;
    expect((await writeCertain(dash, 1)).text).toBe(dash);
  });

  it('is well-formed, whole and within its length whatever the model wants', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer(),
        fc.integer({ min: 1, max: 40 }),
        fc.constantFrom(1, 30, 1000),
        async (seed, length, spread) => {
          const session = noiseSession(vocabulary, spread);
          const settings = { temperature: 2, length };
          const { text, pieces } = await collect({ session, settings, seed });
          expect(text.isWellFormed()).toBe(true);
          expect(text).not.toContain('\uFFFD');
          expect([...text].every((c) => c === '\n' || !/\p{Cc}/u.test(c))).toBe(true);
          expect(pieces.every((piece) => piece !== '')).toBe(true);
          expect([...text].length).toBeLessThanOrEqual(lengthRange(length).limit);
          expect([...text].length).toBeGreaterThanOrEqual(lengthRange(length).minimum);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('draws no mark of a lost character and no empty paragraph, however likely', async () => {
    const holed = Vocabulary.fromText(['孙悟空。\n□\u{fffd}*<'], 1);
    const session = certainSession(holed, '孙\u{fffd}□*<悟\n\n空孙。');
    const { text } = await collect({ session, known: holed, settings: { temperature: 0.7, length: 8 } });
    expect(text).toContain('孙');
    expect(text).not.toMatch(/□|\ufffd|\n\n|[*<]/);
  });

  it('ends with the whole of what it gave out', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer(), fc.constantFrom('', '孙悟空', '猴🐒'), async (seed, opening) => {
        const settings = { temperature: 2, length: 30, banned: ['悟', '了空', '，大笑', '去也！'] };
        const session = noiseSession(vocabulary, 2);
        const { text, written } = await collect({ session, opening, settings, seed });
        expect(written).toEqual({ text, origin: 'start', surprise: {} });
      }),
      { numRuns: 40 },
    );
  });

  it('goes on behind a story as if it had never stopped', async () => {
    const session = certainSession(vocabulary, '孙悟空听了。大笑道。去也。不见。');
    const texts: string[] = [];
    for (let i = 0; i < 3; i++) {
      const settings = { temperature: 0.7, length: 3 };
      texts.push((await collect({ session, segments: segmentsOf(texts), settings })).text);
    }
    expect(texts).toEqual(['孙悟空听了。', '大笑道。', '去也。']);
  });

  it('begins with a lead where there is no story, gives it out first, and tells how surprising a passage was', async () => {
    const session = certainSession(vocabulary, '孙悟空听了。大笑道。');
    const led = writerOn(session, { vocabulary, about: { ...about, openings: ['孙悟'] } });
    const reading = { origin: 'start', segments: [], whole: true, recent: '' } as const;
    const order = { passage: 'new', group: '', reading, settings: { temperature: 0.7, length: 4 }, seed: 1 };
    const passage = led(order);
    expect((await passage.next()).value).toBe('孙悟');
    let end = await passage.next();
    while (!end.done) end = await passage.next();
    expect(end.value.text).toBe('孙悟空听了。');

    // What a lead has opened is closed.
    const quoting = writerOn(certainSession(vocabulary, '悟道：“听了”。'), {
      vocabulary,
      about: { ...about, openings: ['悟道：“'] },
    });
    let quoted = '';
    for await (const piece of quoting({ ...order, settings: { temperature: 0.7, length: 3 } }))
      quoted += piece;
    expect(quoted).toBe('悟道：“听了”。');

    const segments = segmentsOf(['孙悟空', '大']);
    const { written } = await collect({ session, segments, measure: ['p0', 'p1'] });
    expect(written.surprise.p0).toEqual({ bits: 0, characters: 3 });
    expect(written.surprise.p1!.bits).toBeCloseTo(100 / Math.LN2, 3);
  });

  it('keeps what is there when it is stopped, and can go on from it', async () => {
    const stop = new AbortController();
    const session = certainSession(vocabulary, '孙悟空听了。大笑道。');
    const settings = { temperature: 0.7, length: 100 };
    const passage = start({ session, settings, signal: stop.signal });
    let text = '';
    for (;;) {
      const next = await passage.next();
      if (next.done) {
        expect(next.value.text).toBe(text);
        break;
      }
      text += next.value;
      if (text === '孙悟空') stop.abort();
    }
    expect(text).toBe('孙悟空');
    const rest = await collect({ session, opening: text, settings: { temperature: 0.7, length: 3 } });
    expect(rest.text).toBe('听了。');
  });

  it('writes nothing when it is stopped before it begins', async () => {
    const signal = AbortSignal.abort();
    const { written } = await collect({ session: noiseSession(vocabulary), opening: '孙悟空', signal });
    expect(written).toEqual({ text: '', origin: 'start', surprise: {} });
  });

  it('finishes a character that is being written in bytes before it stops', async () => {
    const stop = new AbortController();
    const session = certainSession(vocabulary, '了🐒了');
    let decodes = 0;
    const spied: InferenceSession = {
      ...session,
      async decode(slots, tokens) {
        if (++decodes === 3) stop.abort();
        return session.decode(slots, tokens);
      },
    };
    const { text } = await collect({ session: spied, signal: stop.signal });
    expect(text).toBe('了🐒');
  });

  it('refuses an opening that is not well-formed', async () => {
    const session = noiseSession(vocabulary);
    await expect(collect({ session, opening: '孙\uD800' })).rejects.toMatchObject({
      code: 'text.lone-surrogate',
    });
  });

  it('fails with what made a step fail', async () => {
    const failure = new Error('out of memory');
    const session = { ...noiseSession(vocabulary), decode: () => Promise.reject(failure) };
    await expect(collect({ session })).rejects.toBe(failure);
  });

  it('gives the event loop its turn while it writes', async () => {
    let turns = 0;
    let writing = true;
    const count = () => {
      turns++;
      if (writing) setImmediate(count);
    };
    setImmediate(count);
    const { pieces } = await collect({
      session: noiseSession(vocabulary),
      settings: { temperature: 1, length: 80 },
    });
    writing = false;
    expect(turns).toBeGreaterThanOrEqual(Math.floor(pieces.length / 8));
  });

  it('goes on with what the model likes next where the likeliest is taken back', async () => {
    const [sun, wu, kong, big, walk] = vocabulary.encode('孙悟空大笑');
    const session = fakeSession(({ last }) => {
      const logits = new Float64Array(vocabulary.size).fill(-20);
      const likes = last === sun ? [wu, big, walk] : [last === wu ? kong : sun];
      likes.forEach((id, i) => {
        logits[id!] = -5 * i;
      });
      return logits;
    });
    const settings = { temperature: 0.7, minP: 0.01, length: 4, banned: ['悟空'] };
    const { text } = await collect({ session, opening: '孙', settings });
    expect(text).toMatch(/^[大笑]/);
  });
});
