import { beforeAll, describe, expect, it } from 'vitest';
import { Batch, chooseLead, defaultSettings, repeatedShare, startCursor } from '#generation';
import { Random } from '#random';
import { openModel } from '../../src/open-model.ts';

const PASSAGES = 200;
const SLOTS = 32;

/** What the starter writes with the settings that everybody begins with, by seed. */
async function written(length: number): Promise<{ readonly lead: string; readonly text: string }[]> {
  await using opened = await openModel('models/starter', { slots: SLOTS });
  const { session, model } = opened;
  const batch = new Batch(session, model, SLOTS);
  const leads = Array.from({ length: PASSAGES }, (_, seed) => chooseLead(model.about, Random.seeded(seed)));
  const texts = leads.map(() => '');
  for (let next = 0; next < PASSAGES || batch.size > 0; ) {
    for (; next < PASSAGES && !batch.isFull; next++) {
      const settings = { ...defaultSettings, length };
      const cursor = startCursor(model.vocabulary);
      batch.add(next, { cursor, opening: leads[next]!, settings, random: Random.seeded(next) });
    }
    for (const { id, text } of await batch.step()) texts[id] += text;
  }
  return leads.map((lead, i) => ({ lead, text: texts[i]! }));
}

describe('200 passages of 300 characters by the starter, with the settings that everybody begins with', () => {
  let passages: Awaited<ReturnType<typeof written>>;
  beforeAll(async () => {
    passages = await written(300);
  });

  it('repeat few of their runs of eight characters', () => {
    // In its three novels, cut into passages of 300, it is 0.07 %; two points more are allowed.
    const texts = passages.map(({ text }) => text);
    expect(repeatedShare(texts, 8)).toBeLessThan(0.0207);
  });

  it('close what they open, and end with a sentence', () => {
    for (const { lead, text } of passages) {
      const whole = lead + text;
      for (const [open, close] of ['“”', '‘’', '《》', '（）'] as const) {
        expect(whole.split(open!).length, whole).toBe(whole.split(close!).length);
      }
      expect(text).toMatch(/[。！？…][”’》）]*$/u);
    }
  });
});
