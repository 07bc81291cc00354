import { beforeAll, describe, expect, it } from 'vitest';
import { decodePlace, encodePlace, StateCache, stateKind, type Written } from '#generation';
import { memoryStorage } from '../fakes/memory-storage.ts';
import {
  company,
  HIDDEN,
  made,
  model,
  newCache,
  order,
  reread,
  session,
  write,
  writeStory,
} from './awake.ts';
import { bytesBehind, segmentsOf, unevenly, writeBatch } from './batch.ts';

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

it('hands out bytes of a kept state that later steps do not change', async () => {
  const states = newCache();
  await write(states, order(segmentsOf(['孙悟空'])));
  const { place } = (await states.nearest('start', [{ passage: 'new', text: '' }]))!;
  const before = encodePlace(place);
  await write(states, order(segmentsOf(['大笑道'], 'q')));
  expect(encodePlace(place)).toEqual(before);
});
