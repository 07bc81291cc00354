import { type BookLanguage, bookWords, exportStory, type Format, formats } from '#books';
import { UserError } from '#errors';
import { createTranslator } from '#i18n';
import { type Chat, ME } from '../chat.ts';
import { setPassages } from '../page.ts';
import { writeBeside } from '../write-beside.ts';

/** Rows of a terminal that a page leaves to what is said below it. */
const BELOW = 5;

/** Writes the story to a file of the current folder. */
export async function exportTo(chat: Chat, typed: string): Promise<void> {
  const asked = typed.toLowerCase().replace(/^\./, '');
  const { id } = await chat.story();
  if (asked === '') return chat.say('chat.which-format', { formats: formats.join(' · ') });
  const format = formats.find((each) => each === asked);
  if (!format) throw new UserError('chat.no-such-format', { typed, formats: formats.join(', ') });
  const story = await chat.stories.dump(id);
  // A book is read as the person reads the story; a file of the whole story holds what was drawn.
  const shown =
    format === 'json'
      ? story
      : {
          ...story,
          passages: await Promise.all(
            story.passages.map(async (passage) => ({ ...passage, text: await chat.textOf(passage) })),
          ),
        };
  const language = languageOf(chat);
  const words = bookWords(createTranslator(language), [await chat.script.title()]);
  const book = exportStory(format satisfies Format, shown, { words, language });
  chat.say('chat.exported', { file: await writeBeside(chat.options.folder, book.name, book.bytes) });
}

/** A Chinese story is a Chinese book, whatever language the program speaks. */
function languageOf({ t, script }: Chat): BookLanguage {
  if (t.locale !== 'en' || script.script === 'other') return t.locale;
  return script.script === 'simplified' ? 'zh-Hans' : 'zh-Hant';
}

/** Prints the story from its beginning, a screen at a time where there is one. */
export async function read(chat: Chat): Promise<void> {
  const { id } = await chat.story();
  const passages = await chat.stories.path(id, { last: Number.POSITIVE_INFINITY });
  if (passages.length === 0) return chat.say('chat.empty');
  const { page, options } = chat;
  const height = options.height();
  if (height === undefined) {
    await chat.showTurn(passages, undefined);
    return;
  }
  const texts = await Promise.all(
    passages.map(async (passage) => ({
      text: await chat.textOf(passage),
      voice:
        passage.author.kind === 'person' && passage.author.id === ME.id
          ? ('person' as const)
          : ('model' as const),
    })),
  );
  const rows = setPassages(texts, page.options).split('\n');
  const show = (from: number): void => {
    const to = Math.min(rows.length, from + Math.max(3, height - BELOW));
    page.print(rows.slice(from, to));
    if (to === rows.length) {
      chat.say('chat.read-end');
      return;
    }
    chat.say('chat.read-more', { percent: Math.round((100 * to) / rows.length) });
    chat.awaiting = async (line) => {
      if (line.trim() !== '') return false;
      show(to);
      return true;
    };
  };
  show(0);
}
