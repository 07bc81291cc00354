import { beforeAll, describe, expect, it } from 'vitest';
import { chooseLead, defaultSettings, type Order, repeatedShare, type Written } from '#generation';
import { Random } from '#random';
import { openModel } from '../../src/open-model.ts';
import { segmentsOf, writeBatch } from './batch.ts';

const PASSAGES = 200;
const SLOTS = 32;

/** What the starter writes with the settings that everybody begins with, by seed. */
async function written(length: number): Promise<{ readonly lead: string; readonly text: string }[]> {
  await using opened = await openModel('models/starter', { slots: SLOTS });
  const { session, model } = opened;
  const leads = Array.from({ length: PASSAGES }, (_, seed) => chooseLead(model.about, Random.seeded(seed)));
  const orders = leads.map((lead, seed): Order => {
    const reading = { origin: 'start', segments: segmentsOf([lead]), whole: true, recent: lead } as const;
    return { passage: `${seed}`, group: '', reading, settings: { ...defaultSettings, length }, seed };
  });
  const ends = await writeBatch({ session, model }, orders, { slots: SLOTS });
  return leads.map((lead, i) => ({ lead, text: (ends[i] as Written).text }));
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
