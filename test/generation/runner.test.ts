import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { InferenceSession, State } from '#engines';
import { openServing, prepareForServing } from '#engines/onnx';
import {
  decodePlace,
  encodePlace,
  type Order,
  type Origin,
  planReading,
  Runner,
  recentOf,
  type Segment,
  StateCache,
  stateKind,
  type WritingModel,
  type Written,
} from '#generation';
import { Vocabulary } from '#text';
import { logitsById } from '../fakes/logits-by-id.ts';
import { madeModel } from '../fakes/made-model.ts';
import { memoryStorage } from '../fakes/memory-storage.ts';
import { noiseSession } from '../fakes/noise-session.ts';
import { type BatchOptions, bytesBehind, segmentsOf, unevenly, writeBatch } from './batch.ts';

const TEXT = '孙悟空听了，大笑道：“去也！”\n不见……——？。';
const made = madeModel(TEXT);
const vocabulary = Vocabulary.parse(made.vocabulary);
const model: WritingModel = { vocabulary, about: made.about };
const HIDDEN = made.config.hidden;
const SLOTS = 8;

let session: InferenceSession;

beforeAll(async () => {
  // Gates as wide awake as those of a trained model, and what was read long ago still shows.
  for (const weights of Object.values(made.weights)) for (const at of weights.keys()) weights[at]! *= 2;
  made.weights['lstm.bias']!.fill(7, 0, HIDDEN);
  const everyToken = Int32Array.from({ length: vocabulary.size }, (_, id) => id);
  session = await openServing(await prepareForServing(made, everyToken), { slots: SLOTS, threads: 1 });
});
afterAll(() => session[Symbol.asyncDispose]());

const newCache = () => new StateCache({ hidden: HIDDEN, hotBytes: 2 ** 20 });

const order = (segments: readonly Segment[], change: Partial<Order> = {}): Order => ({
  passage: 'new',
  group: '',
  reading: {
    origin: 'start',
    segments,
    whole: true,
    recent: recentOf(segments.map(({ text }) => text).join('')),
  },
  settings: { temperature: 1, length: 40 },
  seed: segments.length,
  ...change,
});

async function write(states: StateCache, one: Order, options?: BatchOptions): Promise<Written> {
  const [end] = await writeBatch({ session, model, states }, [one], options);
  return end as Written;
}

/** Reads a story into a state, alone or in company, and gives the bytes behind its last passage. */
async function reread(
  segments: readonly Segment[],
  options: BatchOptions & {
    readonly ancestor?: readonly [passage: string, bytes: Uint8Array];
    readonly company?: readonly Order[];
    readonly measure?: readonly string[];
    readonly origin?: Origin;
  } = {},
): Promise<Uint8Array | undefined> {
  const { ancestor, company = [], measure = [], origin = 'start', ...rest } = options;
  const states = newCache();
  if (ancestor) states.keep(origin, ancestor[0], decodePlace(ancestor[1], HIDDEN)!, 'hot');
  const one = order(segments, { measure, settings: { temperature: 1, length: 1 } });
  const asked = { ...one, reading: { ...one.reading, origin } };
  const others = company.map((other) => ({ ...other, keep: false }));
  await writeBatch({ session, model, states }, [...others.slice(0, 3), asked, ...others.slice(3)], rest);
  return bytesBehind(states, segments.at(-1)!.passage, origin);
}

/** A story of many passages, each written from the state that the one before left, and what was kept behind each. */
async function writeStory(passages: number, seed: number) {
  const states = newCache();
  const texts: string[] = [];
  const kept: Uint8Array[] = [];
  for (let at = 0; at < passages; at++) {
    const before = segmentsOf(texts);
    const isTyped = at % 4 === 2;
    if (isTyped) texts.push(['大笑🐒道：', '却说，', '“去！”'][at % 3]!);
    else {
      const settings = {
        temperature: 1,
        length: 30 + 17 * (at % 7),
        banned: ['悟空', '了听', '，大', '？。'],
      };
      const one = order(before, { passage: `p${at}`, seed: seed + at, settings });
      texts.push((await write(states, one)).text);
    }
    if (isTyped) await write(states, order(segmentsOf(texts), { settings: { temperature: 1, length: 1 } }));
    kept.push((await bytesBehind(states, `p${at}`))!);
  }
  return { segments: segmentsOf(texts), kept };
}

const company = (count: number): Order[] =>
  Array.from({ length: count }, (_, at) =>
    order(segmentsOf([TEXT.slice(at), TEXT.repeat(at % 4)]), {
      passage: `other ${at}`,
      seed: 900 + at,
      settings: { temperature: 1, length: 10 + 9 * at },
    }),
  );

describe('a state that was kept is the state that is rebuilt, bit for bit', () => {
  let story: Awaited<ReturnType<typeof writeStory>>;
  beforeAll(async () => {
    story = await writeStory(20, 100);
    expect(story.segments.at(-1)!.end).toBeGreaterThan(1024);
    expect(new Set(story.kept.map((bytes) => Buffer.from(bytes).toString('hex'))).size).toBe(20);
  });

  it('by reading from the origin alone, in chunks of any size, in company, and measured', async () => {
    const { segments, kept } = story;
    for (const [at, bytes] of kept.entries()) {
      const path = segments.slice(0, at + 1);
      expect(await reread(path), `passage ${at}`).toEqual(bytes);
      expect(await reread(path, { chunk: unevenly(at, 50) }), `passage ${at} in chunks`).toEqual(bytes);
      const measure = path.filter((_, i) => i % 3 !== 1).map(({ passage }) => passage);
      expect(await reread(path, { measure, chunk: unevenly(at, 40) }), `passage ${at} measured`).toEqual(
        bytes,
      );
      if (at % 5 !== 3) continue;
      const among = await reread(path, { company: company(12), chunk: unevenly(at, 9) });
      expect(among, `passage ${at} in company`).toEqual(bytes);
    }
  });

  it('by reading from any passage before it', async () => {
    const { segments, kept } = story;
    for (const at of [1, 2, 5, 10, kept.length - 1]) {
      for (let from = 0; from <= at; from++) {
        const ancestor = [segments[from]!.passage, kept[from]!] as const;
        const bytes = await reread(segments.slice(0, at + 1), { ancestor });
        expect(bytes, `passage ${at} from ${from}`).toEqual(kept[at]);
      }
    }
  });

  it('and the passage that follows it is the same, with the same state behind it', async () => {
    const { segments, kept } = story;
    for (let at = 0; at < kept.length; at += 3) {
      const next = order(segments.slice(0, at + 1), { seed: 77 });
      const [whole, near] = [newCache(), newCache()];
      near.keep('start', segments[at]!.passage, decodePlace(kept[at]!, HIDDEN)!, 'hot');
      const expected = await write(whole, next);
      expect(await write(near, next, { chunk: unevenly(at, 9) })).toEqual(expected);
      expect(await bytesBehind(near, 'new')).toEqual(await bytesBehind(whole, 'new'));
      const [, , again] = await writeBatch({ session, model }, [...company(2), next, ...company(5)]);
      expect(again).toEqual(expected);
    }
  });

  it('under an origin within the story, and it is another there', async () => {
    const { segments, kept } = story;
    const origin = `${segments[7]!.passage}+3` as const;
    const cut = { ...segments[7]!, text: [...segments[7]!.text].slice(3).join('') };
    const path = [cut, ...segments.slice(8, 14)];
    const bytes = await reread(path, { origin });
    expect(bytes).not.toEqual(kept[13]);
    for (let from = 0; from < path.length; from++) {
      const ancestor = [path[from]!.passage, (await reread(path.slice(0, from + 1), { origin }))!] as const;
      expect(await reread(path, { origin, ancestor, chunk: unevenly(from, 7) })).toEqual(bytes);
    }
  });

  it('behind a lead too, which is part of its passage', async () => {
    const led = { ...model, about: { ...made.about, openings: ['孙悟空听了', '大笑道'] } };
    const states = newCache();
    const [end] = await writeBatch({ session, model: led, states }, [order([], { passage: 'p0' })]);
    const { text } = end as Written;
    expect(text).toMatch(/^(孙悟空听了|大笑道)./);
    expect(await reread(segmentsOf([text]))).toEqual(await bytesBehind(states, 'p0'));
  });
});

describe('what is kept', () => {
  it('stands under the origin from which it was read', async () => {
    const states = newCache();
    const one = order(segmentsOf(['孙悟空', '听了']).map((s) => ({ ...s, end: s.end + 5000 })));
    const { origin } = await write(states, { ...one, reading: { ...one.reading, whole: false } });
    expect(origin).toBe('p0+0');
    for (const passage of ['p1', 'new']) {
      expect(await bytesBehind(states, passage, origin)).toBeDefined();
      expect(await bytesBehind(states, passage)).toBeUndefined();
    }
  });

  it('in the store is what crosses a multiple of 1,024 characters, and the head in the place of the one before', async () => {
    const storage = memoryStorage();
    const states = new StateCache({ hidden: HIDDEN, hotBytes: 2 ** 20, storage });
    const texts = ['了'.repeat(900)];
    const stored: string[][] = [];
    for (let at = 1; at < 5; at++) {
      const settings = { temperature: 1, length: 50 };
      texts.push((await write(states, order(segmentsOf(texts), { passage: `p${at}`, settings }))).text);
      await states.flush();
      stored.push(await Array.fromAsync(storage.keys(stateKind)));
    }
    const ends = segmentsOf(texts).map(({ end }) => end);
    const crossing = ends.findIndex((end) => end >= 1024);
    expect([2, 3]).toContain(crossing);
    for (const [at, keys] of stored.entries()) {
      const head = `start/p${at + 1}`;
      expect(keys.sort()).toEqual(at + 1 > crossing ? [`start/p${crossing}`, head] : [head]);
    }
  });

  it('is the same whether or not erased passages stand before, between and behind', async () => {
    const expected = await reread(segmentsOf(['孙悟空', '听了']));
    const holed = segmentsOf(['', '', '孙悟空', '', '听了', '']);
    expect(await reread(holed)).toEqual(expected);
    expect(await reread(holed, { chunk: () => 1 })).toEqual(expected);
    expect(await reread(holed, { measure: holed.map(({ passage }) => passage) })).toEqual(expected);
  });

  it('are snapshots and the head that are read, and what is written; with `keep: false` nothing', async () => {
    const segments = segmentsOf(['了'.repeat(1000), '听'.repeat(100), '道'.repeat(100), '也']);
    const behind = async (states: StateCache) =>
      Promise.all([...segments.map(({ passage }) => passage), 'new'].map((p) => bytesBehind(states, p)));
    const states = newCache();
    await write(states, order(segments));
    expect((await behind(states)).map(Boolean)).toEqual([false, true, false, true, true]);
    const none = newCache();
    const kept = await write(none, order(segments, { keep: false }));
    expect(kept.text).not.toBe('');
    expect((await behind(none)).some(Boolean)).toBe(false);
  });

  it('is nothing behind what is forgotten while it is read or written, and what was written is given out', async () => {
    const segments = segmentsOf(['了'.repeat(1100), '听'.repeat(40), '道']);
    const expected = await write(newCache(), order(segments));
    for (const [forgotten, step] of [
      ['p2', 0],
      ['p0', 0],
      ['p1', 45],
      ['new', 45],
    ] as const) {
      const states = newCache();
      const written = await write(states, order(segments), {
        beforeStep: (at, runner) => at === step && runner.forget(new Set([forgotten])),
      });
      expect(written).toEqual(expected);
      expect(await bytesBehind(states, 'new'), `${forgotten} at ${step}`).toBeUndefined();
      if (step === 0) expect(states.hotBytes).toBe(0);
    }
    const states = newCache();
    await write(states, order(segments), {
      beforeStep: (_, runner) => runner.forget(new Set(['elsewhere'])),
    });
    expect(await bytesBehind(states, 'new')).toBeDefined();
  });
});

describe('surprise', () => {
  it('is what the logits of decoding say, over all tokens of a passage', async () => {
    const segments = segmentsOf(['孙悟空听了，', '大笑🐒道：“去也！”', '不见'.repeat(45)]);
    const expected: Record<string, { bits: number; characters: number }> = {};
    let pending = vocabulary.encode('\n')[0]!;
    session.write(0, null);
    for (const { passage, text } of segments) {
      let nats = 0;
      for (const token of vocabulary.encode(text)) {
        const logits = logitsById(await session.decode([0], Int32Array.of(pending)), 0);
        const sum = logits.subarray(0, vocabulary.size).reduce((all, logit) => all + Math.exp(logit), 0);
        nats += Math.log(sum) - logits[token]!;
        pending = token;
      }
      expected[passage] = { bits: nats / Math.LN2, characters: [...text].length };
    }
    for (const measure of [['p0', 'p1', 'p2'], ['p1'], ['p2', 'elsewhere'], []]) {
      const one = order(segments, { measure, settings: { temperature: 1, length: 1 } });
      const { surprise } = await write(newCache(), one, { chunk: unevenly(3, 40) });
      const wanted = measure.filter((passage) => passage in expected);
      expect(Object.keys(surprise).sort()).toEqual(wanted);
      for (const passage of wanted) {
        expect(surprise[passage]!.characters).toBe(expected[passage]!.characters);
        expect(surprise[passage]!.bits).toBeCloseTo(expected[passage]!.bits, 3);
      }
    }
  });

  it('is told of what is read, not of what is behind a kept place', async () => {
    const segments = segmentsOf(['孙悟空', '听了', '大笑']);
    const states = newCache();
    await write(states, order(segments.slice(0, 2)));
    const { surprise } = await write(states, order(segments, { measure: ['p0', 'p1', 'p2'] }));
    expect(Object.keys(surprise)).toEqual(['p2']);
  });
});

describe('side by side', () => {
  it('two stories that take turns are each as if it were alone', async () => {
    const alone = [await writeStory(9, 300), await writeStory(9, 700)];
    const states = newCache();
    const texts: string[][] = [[], []];
    for (let at = 0; at < 9; at++) {
      if (at % 4 === 2) continue;
      const orders = alone.map(({ segments }, which) => {
        const before = segmentsOf(
          segments.slice(0, at).map(({ text }) => text),
          `s${which} `,
        );
        const lengths = { temperature: 1, length: 30 + 17 * (at % 7) };
        const settings = { ...lengths, banned: ['悟空', '了听', '，大', '？。'] };
        return order(before, { passage: `s${which} ${at}`, seed: [300, 700][which]! + at, settings });
      });
      const ends = await writeBatch({ session, model, states }, at % 2 === 0 ? orders : orders.toReversed());
      for (const [which, end] of (at % 2 === 0 ? ends : ends.toReversed()).entries())
        texts[which]![at] = (end as Written).text;
    }
    for (const [which, { segments, kept }] of alone.entries())
      for (let at = 0; at < 9; at++) {
        if (at % 4 === 2) continue;
        expect(texts[which]![at]).toBe(segments[at]!.text);
        expect(await bytesBehind(states, `s${which} ${at}`)).toEqual(kept[at]);
      }
  });

  it('many are written in few rows, each as alone', async () => {
    const orders = company(20);
    const ends = await writeBatch({ session, model }, orders, { slots: 3, chunk: unevenly(5, 20) });
    for (const [at, one] of orders.entries())
      expect(ends[at], `passage ${at}`).toEqual((await writeBatch({ session, model }, [one]))[0]);
  });
});

describe('walking back from banned phrases', () => {
  it('ends at the state that reading the text alone leaves, and never shows one', async () => {
    const banned = [
      '悟空',
      '听了',
      '了，',
      '大笑',
      '道：',
      '！”',
      '见…',
      '也！',
      '——',
      '？。',
      '孙不',
      '不孙',
    ];
    let writes = 0;
    const spied: InferenceSession = {
      ...session,
      write: (slot: number, state: State | null) => {
        writes++;
        session.write(slot, state);
      },
    };
    for (let seed = 0; seed < 25; seed++) {
      const states = newCache();
      const settings = { temperature: 2, length: 60, banned };
      const one = order(segmentsOf([TEXT.slice(seed % 9)]), { settings, seed });
      const [end] = await writeBatch({ session: spied, model, states }, [one]);
      const { text } = end as Written;
      for (const phrase of banned) expect(text).not.toContain(phrase);
      const path = segmentsOf([one.reading.segments[0]!.text, text]);
      expect(await reread(path)).toEqual(await bytesBehind(states, 'new'));
    }
    expect(writes, 'walks back').toBeGreaterThan(50);
  });
});

describe('stopping', () => {
  const segments = segmentsOf([TEXT.repeat(20)]);
  const stopAt = (when: number) => (step: number, runner: Runner) => {
    if (step === when) runner.stop(0);
  };

  it('while it reads gives the row back at once, with nothing written or kept', async () => {
    const states = newCache();
    let steps = 0;
    const written = await write(states, order(segments), {
      beforeStep: (step, runner) => {
        steps = step;
        stopAt(2)(step, runner);
      },
    });
    expect(written).toEqual({ text: '', origin: 'start', surprise: {} });
    expect(steps).toBe(2);
    expect(states.hotBytes).toBe(0);
  });

  it('before the first token writes nothing, and the head stays where it was', async () => {
    const states = newCache();
    await write(states, order(segments, { passage: 'first' }));
    const before = await bytesBehind(states, 'p0');
    const { text } = await write(states, order(segments), { beforeStep: stopAt(0) });
    expect(text).toBe('');
    expect(await bytesBehind(states, 'new')).toBeUndefined();
    expect(await bytesBehind(states, 'p0')).toEqual(before);
  });

  it('later keeps what is there: the beginning of the same text, with the state that reading it leaves', async () => {
    const settings = { temperature: 1, length: 60, banned: ['悟空', '了听'] };
    const near = segmentsOf(['孙悟空']);
    const whole = await write(newCache(), order(near, { settings }));
    const lengths = new Set<number>();
    for (let step = 1; step < 50; step += 3) {
      const states = newCache();
      const { text } = await write(states, order(near, { settings }), { beforeStep: stopAt(step) });
      expect(whole.text.startsWith(text)).toBe(true);
      lengths.add([...text].length);
      if (text === '') continue;
      expect(await reread(segmentsOf(['孙悟空', text])), `stopped at ${step}`).toEqual(
        await bytesBehind(states, 'new'),
      );
    }
    expect(lengths.size).toBeGreaterThan(10);
  });

  it('of one leaves the others as they are', async () => {
    const orders = company(5);
    const alone = await writeBatch({ session, model }, orders);
    const ends = await writeBatch({ session, model }, orders, {
      beforeStep: (step, runner) => step === 4 && runner.stop(2),
    });
    for (const at of [0, 1, 3, 4]) expect(ends[at]).toEqual(alone[at]);
    expect((ends[2] as Written).text).not.toBe((alone[2] as Written).text);
  });

  it('of a passage that is not there does nothing', async () => {
    const written = await write(newCache(), order([]), { beforeStep: (_, runner) => runner.stop(5) });
    expect(written).toEqual(await write(newCache(), order([])));
  });
});

describe('a step that fails', () => {
  const failure = new Error('out of memory');

  it('in drawing a batch ends what was in it, and what comes later is written', async () => {
    let decodes = 0;
    const failing: InferenceSession = {
      ...session,
      decode: (...call) => {
        if (++decodes === 9) throw failure;
        return session.decode(...call);
      },
    };
    const orders = company(6);
    const states = newCache();
    const ends = await writeBatch({ session: failing, model, states }, orders, { slots: 3 });
    expect(ends.filter((end) => 'error' in end)).toEqual([
      { error: failure },
      { error: failure },
      { error: failure },
    ]);
    const alone = await writeBatch({ session, model }, orders);
    for (const [at, end] of ends.entries()) if (!('error' in end)) expect(end).toEqual(alone[at]);
  });

  it('in reading ends those who read, not those who draw, nor the stopped', async () => {
    let reads = 0;
    const failing: InferenceSession = {
      ...session,
      prefill: (runs) => {
        if (++reads === 3) throw failure;
        return session.prefill(runs);
      },
    };
    const orders = [
      order([], { settings: { temperature: 1, length: 30 } }),
      order(segmentsOf([TEXT.repeat(20)])),
      order(segmentsOf([TEXT.repeat(20)]), { seed: 3 }),
    ];
    const ends = await writeBatch({ session: failing, model }, orders, {
      beforeStep: (step, runner) => step === 2 && runner.stop(2),
    });
    expect(ends[0]).toEqual((await writeBatch({ session, model }, [orders[0]!]))[0]);
    expect(ends[1]).toEqual({ error: failure });
    expect(ends[2]).toEqual({ text: '', origin: 'start', surprise: {} });
  });

  it('leaves nothing of what it has ended', async () => {
    const failing: InferenceSession = { ...session, prefill: () => Promise.reject(failure) };
    const runner = new Runner(failing, model);
    const one = order(segmentsOf(['孙悟空听了']));
    runner.begin(0, 0, one, planReading(one, model));
    expect(await runner.step({ read: [{ id: 0, count: 2 }], draw: [] })).toEqual([
      { id: 0, text: '', error: failure },
    ]);
    runner.stop(0);
    expect(await runner.step({ read: [{ id: 0, count: 2 }], draw: [0] })).toEqual([]);
  });

  it('in measuring ends those who are measured', async () => {
    const failing: InferenceSession = { ...session, score: () => Promise.reject(failure) };
    const segments = segmentsOf(['孙悟空听了']);
    const orders = [order(segments, { measure: ['p0'] }), order(segments)];
    const ends = await writeBatch({ session: failing, model }, orders);
    expect(ends[0]).toEqual({ error: failure });
    expect(ends[1]).toEqual((await writeBatch({ session, model }, [orders[1]!]))[0]);
  });

  it('in one passage’s own drawing ends that one alone', async () => {
    let looks = 0;
    const settings = {
      length: 30,
      get temperature() {
        if (++looks > 20) throw failure;
        return 1;
      },
    };
    const orders = [order([], { seed: 1 }), order([], { seed: 2, settings }), order([], { seed: 3 })];
    const ends = await writeBatch({ session, model }, orders);
    expect(ends[1]).toEqual({ error: failure });
    for (const at of [0, 2])
      expect(ends[at]).toEqual((await writeBatch({ session, model }, [orders[at]!]))[0]);
  });
});

it('knows nothing of passages that it was not given', async () => {
  const runner = new Runner(noiseSession(vocabulary), model);
  const step = { read: [{ id: 4, count: 3 }], draw: [4, 5] };
  expect(await runner.step(step)).toEqual([]);
  const plan = planReading(order([]), model);
  expect(runner.begin(4, 0, order([]), plan)).toEqual({ id: 4, text: '' });
});

it('hands out bytes of a kept state that later steps do not change', async () => {
  const states = newCache();
  await write(states, order(segmentsOf(['孙悟空'])));
  const { place } = (await states.nearest('start', [{ passage: 'new', text: '' }]))!;
  const before = encodePlace(place);
  await write(states, order(segmentsOf(['大笑道'], 'q')));
  expect(encodePlace(place)).toEqual(before);
});
