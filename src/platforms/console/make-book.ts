import { type BookLanguage, bookWords, exportStory, type Format, type StoryFile } from '#books';
import { UserError } from '#errors';
import type { Models } from '#generation';
import { createTranslator, type Locale } from '#i18n';
import { type Stories, type Story, showPassage } from '#stories';
import { lastTyped } from './last-typed.ts';
import { PersonScript } from './person-script.ts';

/** Characters of a title that is made of a story's first words. */
const TITLE = 12;

export type MadeBook = { readonly name: string; readonly bytes: Uint8Array };

/**
 * A story as a file. A book is in the script in which its reader reads the story; json holds what was drawn.
 * @throws UserError `books.nothing-written`
 */
export async function makeBook(
  file: StoryFile,
  format: Format,
  { script, locale }: { readonly script: PersonScript; readonly locale: Locale },
): Promise<MadeBook> {
  const language = languageOf(script, locale);
  const words = bookWords(createTranslator(language), [await script.title()]);
  if (format === 'json') return exportStory(format, file, { words, language });
  const passages = await Promise.all(
    file.passages.map(async (passage) => ({ ...passage, text: await showPassage(passage, script.show) })),
  );
  const title = file.title ?? firstWords(passages, file.branches[file.branch] ?? null);
  return exportStory(format, { ...file, title, passages }, { words, language });
}

/** As `makeBook`, for someone who is not at the chat. */
export async function makeBookOf(
  { stories, models }: { readonly stories: Stories; readonly models: Models },
  story: Story,
  format: Format,
  locale: Locale,
): Promise<MadeBook> {
  const script = await scriptFor(models, story, locale);
  const typed = await lastTyped(stories, story.id);
  if (typed) await script.hear(typed.text);
  return makeBook(await stories.dump(story.id), format, { script, locale });
}

/** The script of a reader of that language; the story's model, by which it is told, may be gone. */
async function scriptFor(models: Models, { line }: Story, locale: Locale): Promise<PersonScript> {
  try {
    using lease = await models.acquire(line);
    return new PersonScript(locale, lease);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    using lease = await models.acquire('starter');
    return new PersonScript(locale, lease);
  }
}

/** A Chinese story is a Chinese book, whatever language the program speaks. */
function languageOf({ script }: PersonScript, locale: Locale): BookLanguage {
  if (locale !== 'en' || script === 'other') return locale;
  return script === 'simplified' ? 'zh-Hans' : 'zh-Hant';
}

/** What stands before the first mark of the line at hand, as poems without a title are called. */
function firstWords(passages: StoryFile['passages'], head: string | null): string | null {
  const byId = new Map(passages.map((passage) => [passage.id, passage]));
  let first = '';
  for (let at = head; at !== null; at = byId.get(at)!.parent) first = byId.get(at)!.text.trim() || first;
  const words = /[\p{L}\p{N}][\p{L}\p{N}\p{M} ]*/u.exec(first)?.[0] ?? '';
  return [...words].slice(0, TITLE).join('').trim() || null;
}
