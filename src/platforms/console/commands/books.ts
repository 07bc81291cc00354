import { formats } from '#books';
import { UserError } from '#errors';
import type { Chat } from '../chat.ts';
import { ME } from '../last-typed.ts';
import { makeBook } from '../make-book.ts';
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
  const { script, t } = chat;
  const { name, bytes } = await makeBook(await chat.stories.dump(id), format, { script, locale: t.locale });
  chat.say('chat.exported', { file: await writeBeside(chat.options.folder, name, bytes) });
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
