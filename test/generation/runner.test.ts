import { describe, expect, it } from 'vitest';
import type { InferenceSession, State } from '#engines';
import { planReading, Runner, type Written } from '#generation';
import { logitsById } from '../fakes/logits-by-id.ts';
import { noiseSession } from '../fakes/noise-session.ts';
import {
  company,
  model,
  newCache,
  order,
  reread,
  session,
  TEXT,
  vocabulary,
  write,
  writeStory,
} from './awake.ts';
import { bytesBehind, segmentsOf, unevenly, writeBatch } from './batch.ts';

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
