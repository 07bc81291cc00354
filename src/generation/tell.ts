import { Random } from '#random';
import { startCursor } from './cursor.ts';
import { chooseLead } from './lead.ts';
import type { LoadedModel } from './load-model.ts';
import { foldScript, inScript, toScript } from './script.ts';
import type { WritingSettings } from './settings.ts';
import type { Write } from './writer.ts';

/** Sets the choice of a lead apart from the drawing behind it, which has the seed to itself. */
const LEAD = 1;

/**
 * A story of one passage: the prompt, or a beginning that the model has read if it is empty, then what the model
 * writes behind it, in the script of the prompt. Banned phrases may be in either script.
 */
export async function* tell(
  write: Write,
  { vocabulary, about }: Pick<LoadedModel, 'vocabulary' | 'about'>,
  prompt: string,
  settings: WritingSettings,
  seed: number,
): AsyncGenerator<string, void> {
  const fold = (typed: string) => foldScript(typed, vocabulary, about.script);
  const { text, script, quotes } = await fold(prompt);
  // A phrase can be written in either script and shown in the other: all ways of writing it are banned.
  const ways = async (phrase: string) =>
    about.script === 'other'
      ? [phrase]
      : [phrase, (await fold(phrase)).text, await toScript(phrase, about.script)];
  const banned = [...new Set((await Promise.all((settings.banned ?? []).map(ways))).flat())];
  const lead = prompt === '' ? chooseLead(about, Random.seeded(seed, LEAD), banned) : '';
  if (prompt + lead !== '') yield prompt + lead;
  const cursor = startCursor(vocabulary);
  const drawn = write({ cursor, opening: text + lead, settings: { ...settings, banned }, seed });
  yield* script || quotes ? inScript(drawn, script, quotes) : drawn;
}
