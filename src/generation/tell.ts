import type { InferenceSession } from '#engines';
import type { Random } from '#random';
import { startCursor } from './cursor.ts';
import { chooseLead } from './lead.ts';
import type { LoadedModel } from './load-model.ts';
import { foldScript, inScript } from './script.ts';
import type { WritingSettings } from './settings.ts';
import { write } from './writer.ts';

/**
 * A story of one passage: the prompt, or a beginning that the model has read if it is empty, then what the model
 * writes behind it, in the script of the prompt. Uses slot 0 of the session.
 */
export async function* tell(
  session: InferenceSession,
  { vocabulary, about }: Pick<LoadedModel, 'vocabulary' | 'about'>,
  prompt: string,
  settings: WritingSettings,
  random: Random,
): AsyncGenerator<string, void> {
  const { text, script } = await foldScript(prompt, vocabulary, about.script);
  const lead = prompt === '' ? chooseLead(about, random) : '';
  if (prompt + lead !== '') yield prompt + lead;
  const cursor = startCursor(vocabulary);
  const drawn = write({ session, vocabulary, slot: 0, cursor, opening: text + lead, settings, random });
  yield* script ? inScript(drawn, script) : drawn;
}
