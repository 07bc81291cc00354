import type { Engine } from '#engines';
import type { LoadedModel } from './load-model.ts';
import type { WritingSettings } from './settings.ts';
import { tell } from './tell.ts';
import { writerOn } from './writer.ts';

/** One passage of a model that is opened for it alone: opening and continuation, the same for the same seed. */
export async function writeSample(
  engine: Engine,
  model: LoadedModel,
  settings: WritingSettings,
  seed: number,
): Promise<string> {
  await using session = await engine.open(model, { slots: 1 });
  let text = '';
  for await (const piece of tell(writerOn(session, model), model, '', settings, seed)) text += piece;
  return text;
}
