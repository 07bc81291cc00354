import { Random } from '#random';
import { startCursor } from './cursor.ts';
import { chooseLead } from './lead.ts';
import type { LoadedModel } from './load-model.ts';
import { foldScript, inScript } from './script.ts';
import type { WritingSettings } from './settings.ts';
import type { Write } from './writer.ts';

/**
 * A story of one passage: the prompt, or a beginning that the model has read if it is empty, then what the model
 * writes behind it, in the script of the prompt.
 */
export async function* tell(
  write: Write,
  { vocabulary, about }: Pick<LoadedModel, 'vocabulary' | 'about'>,
  prompt: string,
  settings: WritingSettings,
  seed: number,
): AsyncGenerator<string, void> {
  const { text, script } = await foldScript(prompt, vocabulary, about.script);
  const lead = prompt === '' ? chooseLead(about, Random.seeded(seed)) : '';
  if (prompt + lead !== '') yield prompt + lead;
  const cursor = startCursor(vocabulary);
  const drawn = write({ cursor, opening: text + lead, settings, seed });
  yield* script ? inScript(drawn, script) : drawn;
}
