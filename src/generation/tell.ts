import { recentOf } from './cursor.ts';
import type { LoadedModel } from './load-model.ts';
import { foldScript, inScript, toScript } from './script.ts';
import type { WritingSettings } from './settings.ts';
import type { Write } from './writer.ts';

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
  const { text, script, quotes } = await foldScript(prompt, vocabulary, about.script);
  const phrases = await phrasesFor(settings, { vocabulary, about });
  if (prompt !== '') yield prompt;
  const segments = text === '' ? [] : [{ passage: 'prompt', text, end: [...text].length }];
  const drawn = write({
    passage: 'sample',
    group: '',
    reading: { origin: 'start', segments, whole: true, recent: recentOf(text) },
    settings: { ...settings, ...phrases },
    seed,
  });
  yield* script || quotes ? inScript(drawn, script, quotes) : drawn;
}

/** The phrases of settings as the model knows them: names in its script, what is banned in all. */
export async function phrasesFor(
  { banned = [], remembered = [] }: Pick<WritingSettings, 'banned' | 'remembered'>,
  model: Pick<LoadedModel, 'vocabulary' | 'about'>,
): Promise<Required<Pick<WritingSettings, 'banned' | 'remembered'>>> {
  const { vocabulary, about } = model;
  const names = remembered.map(async (name) => (await foldScript(name, vocabulary, about.script)).text);
  return { banned: await inAllScripts(banned, model), remembered: [...new Set(await Promise.all(names))] };
}

/**
 * Phrases as the model knows them: one can be written in either script and shown in the other, so that all ways of
 * writing it count.
 */
async function inAllScripts(
  phrases: readonly string[],
  { vocabulary, about }: Pick<LoadedModel, 'vocabulary' | 'about'>,
): Promise<readonly string[]> {
  const { script } = about;
  if (script === 'other') return phrases;
  const ways = async (phrase: string) => [
    phrase,
    (await foldScript(phrase, vocabulary, script)).text,
    await toScript(phrase, script),
  ];
  return [...new Set((await Promise.all(phrases.map(ways))).flat())];
}
