import { expect, it } from 'vitest';
import type { Origin } from '#generation';
import type { Passage } from '#stories';
import { buildReading } from '../../src/stories/reading.ts';

type Made = { text: string; origin?: Origin; version?: string; erased?: true };

/** A story without forks, its passages called p0, p1 … */
function line(made: readonly Made[]) {
  const passages: Passage[] = [];
  for (const [index, { text, origin, version = 'v1', erased }] of made.entries()) {
    const end = (passages.at(-1)?.end ?? 0) + [...text].length;
    passages.push({
      id: `p${index}`,
      story: 's',
      parent: index === 0 ? null : `p${index - 1}`,
      turn: `p${index}`,
      author: origin ? { kind: 'model' } : { kind: 'person', platform: 'test', id: 'ming' },
      text: erased ? '' : text,
      end,
      depth: index + 1,
      jump: null,
      at: 0,
      ...(origin && {
        receipt: {
          line: 'starter',
          version,
          origin,
          parent: null,
          seed: 0,
          settings: { temperature: 1, length: 1 },
          cpu: '',
          runtime: '',
        },
      }),
      ...(erased && { erased }),
    });
  }
  let reads = 0;
  const get = async (id: string) => {
    reads++;
    return passages[Number(id.slice(1))];
  };
  const read = (more: { line?: string; version?: string; origin?: Origin; entire?: boolean } = {}) =>
    buildReading(
      { parent: passages.at(-1) ?? null, line: 'starter', version: 'v1', ...more },
      { get, textOf: async ({ text }) => text },
    );
  return { read, reads: () => reads };
}

const many = (count: number, length: number, more: Partial<Made> = {}): Made[] =>
  Array.from({ length: count }, (_, index) => ({
    text: String.fromCodePoint(0x4e00 + index).repeat(length),
    ...more,
  }));

it('reads a short story from its start', async () => {
  const { reading } = await line([{ text: '云' }, { text: '山水' }]).read();
  expect(reading).toEqual({
    origin: 'start',
    segments: [
      { passage: 'p0', text: '云', end: 1 },
      { passage: 'p1', text: '山水', end: 3 },
    ],
    whole: true,
    recent: '云山水',
  });
  expect((await line([]).read()).reading).toEqual({ origin: 'start', segments: [], whole: true, recent: '' });
});

it('begins 2,048 characters back where no receipt says otherwise', async () => {
  const { reading, passages } = (await line(many(5, 1000)).read())!;
  expect(reading.origin).toBe('p2+952');
  expect(reading.segments.map(({ text }) => [...text].length)).toEqual([48, 1000, 1000]);
  expect(reading.whole).toBe(true);
  expect([...reading.recent]).toHaveLength(2048);
  expect(passages.map(({ id }) => id)).toEqual(['p3', 'p4']);
});

it('counts characters, not what holds them', async () => {
  const { reading } = await line([{ text: '👍'.repeat(3000) }]).read();
  expect(reading.origin).toBe('p0+952');
  expect(reading.recent).toBe('👍'.repeat(2048));
  expect(reading.segments[0]?.text).toBe('👍'.repeat(2048));
});

it('begins at a passage, not behind the last character of the one before', async () => {
  const { reading } = await line(many(4, 1024)).read();
  expect(reading.origin).toBe('p2+0');
  expect(reading.segments).toHaveLength(2);
  expect((await line(many(2, 1024)).read()).reading.origin).toBe('start');
});

it('inherits the origin of the nearest passage of the version, at most 2,048 characters back', async () => {
  const before = [...many(3, 1000), { text: '风', origin: 'p1+7' as const }];
  const near = await line([...before, { text: '雪'.repeat(2048) }]).read();
  expect(near.reading).toMatchObject({ origin: 'p1+7', whole: true });
  expect(near.reading.segments.map(({ passage }) => passage)).toEqual(['p1', 'p2', 'p3', 'p4']);
  expect([...near.reading.segments[0]!.text]).toHaveLength(993);
  const far = await line([...before, { text: '雪'.repeat(2049) }]).read();
  expect(far.reading.origin).toBe('p4+1');
  const other = await line([...before, { text: '雪' }]).read({ version: 'v2' });
  expect(other.reading.origin).toBe('p0+954');
  const elsewhere = await line([...before, { text: '雪' }]).read({ line: 'other' });
  expect(elsewhere.reading.origin).toBe('p0+954');
});

it('does not go back to a far origin, but behind two kept states and 4,096 characters', async () => {
  const told = line([...many(500, 100), { text: '风', origin: 'start' }]);
  const { reading } = await told.read();
  expect(reading).toMatchObject({ origin: 'start', whole: false });
  const length = reading.segments.reduce((sum, { text }) => sum + [...text].length, 0);
  expect(length).toBeGreaterThanOrEqual(4096);
  expect(length).toBeLessThan(4300);
  const kept = reading.segments.filter(
    ({ text, end }) => Math.floor(end / 1024) > Math.floor((end - [...text].length) / 1024),
  );
  expect(kept.length).toBeGreaterThanOrEqual(2);
  const long = await line([...many(3, 9000), { text: '风', origin: 'start' }]).read();
  expect(long.reading.segments.map(({ passage }) => passage)).toEqual(['p1', 'p2', 'p3']);
});

it('goes back to the origin when all of it is wanted', async () => {
  const { reading } = await line([...many(500, 100), { text: '风', origin: 'p3+5' }]).read({
    origin: 'p3+5',
    entire: true,
  });
  expect(reading).toMatchObject({ origin: 'p3+5', whole: true });
  expect(reading.segments).toHaveLength(498);
  expect(reading.segments[0]?.text).toBe('丂'.repeat(0) + String.fromCodePoint(0x4e03).repeat(95));
});

it('passes over what was erased, and not for ever', async () => {
  const told = line([
    { text: '云' },
    { text: '山', erased: true },
    ...many(20_000, 1, { erased: true }),
    { text: '水' },
  ]);
  const { reading } = await told.read();
  expect(reading.segments.map(({ text }) => text)).toEqual(['水']);
  expect(told.reads()).toBeLessThan(10_000);
  const short = await line([{ text: '云' }, { text: '山', erased: true }, { text: '水' }]).read();
  expect(short.reading).toMatchObject({ origin: 'start', whole: true, recent: '云水' });
});

it('looks back as far as ever where an origin is near', async () => {
  const { reading } = await line([...many(5, 1000), { text: '风', origin: 'p4+990' }]).read();
  expect(reading.segments.map(({ text }) => [...text].length)).toEqual([10, 1]);
  expect([...reading.recent]).toHaveLength(2048);
});
