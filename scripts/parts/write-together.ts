import type { InferenceSession } from '#engines';
import { planReading, Runner, recentOf, type WritingModel, type WritingSettings } from '#generation';

/** Writes on from many texts side by side, one slot of the session each; the place of a text is its seed. */
export async function writeTogether(
  session: InferenceSession,
  model: WritingModel,
  texts: readonly string[],
  settings: WritingSettings,
): Promise<readonly string[]> {
  const runner = new Runner(session, model);
  const written = texts.map(() => '');
  for (const [id, text] of texts.entries()) {
    const segments = [{ passage: 'opening', text, end: [...text].length }];
    const reading = { origin: 'start', segments, whole: true, recent: recentOf(text) } as const;
    const order = { passage: 'sample', group: '', reading, settings, seed: id, keep: false };
    const plan = planReading(order, model);
    runner.begin(id, id, order, plan);
    await runner.step({ read: [{ id, count: plan.tokens.length - 1 }], draw: [] });
  }
  let writing = [...texts.keys()];
  while (writing.length > 0) {
    for (const { id, text, end, error } of await runner.step({ read: [], draw: writing })) {
      if (error) throw error;
      written[id] += text;
      if (end) writing = writing.filter((other) => other !== id);
    }
  }
  return written;
}
