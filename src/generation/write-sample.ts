import type { Engine } from '#engines';
import { Random } from '#random';
import { startCursor } from './cursor.ts';
import { chooseLead } from './lead.ts';
import type { LoadedModel } from './load-model.ts';
import type { WritingSettings } from './settings.ts';
import { write } from './writer.ts';

/** One passage of a model that is opened for it alone: opening and continuation, the same for the same seed. */
export async function writeSample(
  engine: Engine,
  model: LoadedModel,
  settings: WritingSettings,
  seed: number,
): Promise<string> {
  const { vocabulary } = model;
  await using session = await engine.open(model, { slots: 1, topK: vocabulary.size });
  const random = Random.seeded(seed);
  let text = chooseLead(model.about, random);
  const request = {
    session,
    vocabulary,
    slot: 0,
    cursor: startCursor(vocabulary),
    opening: text,
    settings,
    random,
  };
  for await (const piece of write(request)) text += piece;
  return text;
}
