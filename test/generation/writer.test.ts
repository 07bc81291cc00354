import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { InferenceSession, Run, State } from '#engines';
import { type Cursor, lengthRange, type SampleOrder, startCursor, writerOn } from '#generation';
import { Vocabulary } from '#text';
import { certainSession, fakeSession, noiseSession } from '../fakes/noise-session.ts';

const vocabulary = Vocabulary.fromText(['孙悟空听了，大笑道：“去也！”\n不见……——？。'], 1);

async function collect({
  session,
  known = vocabulary,
  ...order
}: Partial<SampleOrder> & { readonly session: InferenceSession; readonly known?: Vocabulary }) {
  const passage = writerOn(session, { vocabulary: known })({
    cursor: startCursor(known),
    opening: '',
    settings: { temperature: 0.7, length: 20 },
    seed: 7,
    ...order,
  });
  let text = '';
  const pieces: string[] = [];
  for (;;) {
    const next = await passage.next();
    if (next.done) return { text, pieces, cursor: next.value };
    text += next.value;
    pieces.push(next.value);
  }
}

/** A session that knows what was read into each state that it gave out. */
function recorded(session: InferenceSession) {
  const history = new Map<State, readonly number[]>();
  let read: readonly number[] = [];
  return {
    ...session,
    prefill(runs: readonly Run[]) {
      for (const { tokens } of runs) read = [...read, ...tokens];
      return session.prefill(runs);
    },
    decode(slots: readonly number[], tokens: Int32Array) {
      read = [...read, ...tokens];
      return session.decode(slots, tokens);
    },
    read(slot: number) {
      const state = session.read(slot);
      history.set(state, read);
      return state;
    },
    write(slot: number, state: State | null) {
      read = state ? history.get(state)! : [];
      session.write(slot, state);
    },
    readInto: (state: State) => history.get(state)!,
  };
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
    const holed = Vocabulary.fromText(['孙悟空。\n□\u{fffd}'], 1);
    const session = certainSession(holed, '孙\u{fffd}□悟\n\n空孙。');
    const { text } = await collect({ session, known: holed, settings: { temperature: 0.7, length: 8 } });
    expect(text).toContain('孙');
    expect(text).not.toMatch(/□|\ufffd|\n\n/);
  });

  it('ends where it has read the opening and exactly the text it gave out', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer(), fc.constantFrom('', '孙悟空', '猴🐒'), async (seed, opening) => {
        const session = recorded(noiseSession(vocabulary, 2));
        const settings = { temperature: 2, length: 30, banned: ['悟', '了空', '，大笑', '去也！'] };
        const { text, cursor } = await collect({ session, opening, settings, seed });
        const kept = session.readInto(cursor.state!);
        expect(vocabulary.decode([...kept, cursor.pending])).toBe(`\n${opening}${text}`);
        expect(cursor.recent).toBe(opening + text);

        const fresh = noiseSession(vocabulary);
        await fresh.prefill([{ slot: 0, tokens: Int32Array.from(kept) }]);
        expect(cursor.state).toEqual(fresh.read(0));
      }),
      { numRuns: 40 },
    );
  });

  it('goes on from a cursor as if it had never stopped', async () => {
    const story = '孙悟空听了。大笑道。去也。不见。';
    const session = certainSession(vocabulary, story);
    let cursor: Cursor = startCursor(vocabulary);
    const passages: string[] = [];
    for (let i = 0; i < 3; i++) {
      const passage = await collect({ session, cursor, settings: { temperature: 0.7, length: 3 } });
      passages.push(passage.text);
      cursor = passage.cursor;
    }
    expect(passages).toEqual(['孙悟空听了。', '大笑道。', '去也。']);
  });

  it('keeps what is there when it is stopped, and can go on from it', async () => {
    const stop = new AbortController();
    const session = certainSession(vocabulary, '孙悟空听了。大笑道。');
    const settings = { temperature: 0.7, length: 100 };
    const passage = writerOn(session, { vocabulary })({
      cursor: startCursor(vocabulary),
      opening: '',
      settings,
      seed: 1,
      signal: stop.signal,
    });
    let text = '';
    let end: Cursor | undefined;
    while (!end) {
      const next = await passage.next();
      if (next.done) end = next.value;
      else text += next.value;
      if (text === '孙悟空') stop.abort();
    }
    expect(text).toBe('孙悟空');
    const rest = await collect({ session, cursor: end, settings: { temperature: 0.7, length: 3 } });
    expect(rest.text).toBe('听了。');
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
    const { text, cursor } = await collect({ session: spied, signal: stop.signal });
    expect(text).toBe('了🐒');
    expect(cursor.pending).toBe(vocabulary.encode('🐒').at(-1));
  });

  it('refuses an opening that is not well-formed', async () => {
    const session = noiseSession(vocabulary);
    await expect(collect({ session, opening: '孙\uD800' })).rejects.toMatchObject({
      code: 'text.lone-surrogate',
    });
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
