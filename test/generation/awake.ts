import { afterAll } from 'vitest';
import { openServing, prepareForServing } from '#engines/onnx';
import {
  decodePlace,
  type Order,
  type Origin,
  recentOf,
  type Segment,
  StateCache,
  type WritingModel,
  type Written,
} from '#generation';
import { Vocabulary } from '#text';
import { madeModel } from '../fakes/made-model.ts';
import { type BatchOptions, bytesBehind, segmentsOf, writeBatch } from './batch.ts';

export const TEXT = '孙悟空听了，大笑道：“去也！”\n不见……——？。';
export const made = madeModel(TEXT);
// Gates as wide awake as those of a trained model, and what was read long ago still shows.
for (const weights of Object.values(made.weights)) for (const at of weights.keys()) weights[at]! *= 2;
export const HIDDEN = made.config.hidden;
made.weights['lstm.bias']!.fill(7, 0, HIDDEN);
export const vocabulary = Vocabulary.parse(made.vocabulary);
export const model: WritingModel = { vocabulary, about: made.about };
const everyToken = Int32Array.from({ length: vocabulary.size }, (_, id) => id);

/** The serving session of that model, in 8 rows. */
export const session = await openServing(await prepareForServing(made, everyToken), { slots: 8, threads: 1 });
afterAll(() => session[Symbol.asyncDispose]());

export const newCache = () => new StateCache({ hidden: HIDDEN, hotBytes: 2 ** 20 });

export const order = (segments: readonly Segment[], change: Partial<Order> = {}): Order => ({
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

export async function write(states: StateCache, one: Order, options?: BatchOptions): Promise<Written> {
  const [end] = await writeBatch({ session, model, states }, [one], options);
  return end as Written;
}

/** Reads a story into a state, alone or in company, and gives the bytes behind its last passage. */
export async function reread(
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
export async function writeStory(passages: number, seed: number) {
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

export const company = (count: number): Order[] =>
  Array.from({ length: count }, (_, at) =>
    order(segmentsOf([TEXT.slice(at), TEXT.repeat(at % 4)]), {
      passage: `other ${at}`,
      seed: 900 + at,
      settings: { temperature: 1, length: 10 + 9 * at },
    }),
  );
