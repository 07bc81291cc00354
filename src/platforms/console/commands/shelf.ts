import { UserError } from '#errors';
import { headOf, type Story } from '#stories';
import type { Chat } from '../chat.ts';
import { readNumber } from '../numbers.ts';
import { wordsOf } from '../words.ts';
import { shorten } from '../wrap-remark.ts';
import { firstWords } from './tree.ts';

/** Stories that are listed at once. */
const LISTED = 15;
const COLUMNS = 30;
/** Passages that are looked through for the first words of a story without a title. */
const FAR = 2000;
/** Days in the trash. */
const DAYS = 30;

/** Lists the stories, that which was last written in first. */
export async function stories(chat: Chat): Promise<void> {
  const kept = await keptStories(chat);
  if (kept.length === 0) return chat.say('chat.no-stories');
  await listStories(chat, kept);
  chat.say('chat.stories-keys');
}

/** Takes another story to hand: by its number in the list, or by its title. */
export async function open(chat: Chat, typed: string): Promise<void> {
  if (typed === '') return stories(chat);
  const story = await chat.stories.setCurrent(chat.place, (await find(chat, typed, false)).id);
  await chat.take(story);
  if (headOf(story) === null) return chat.say('chat.opened-empty', { title: await label(chat, story) });
  await chat.showEnd('chat.opened', { title: await label(chat, story) });
}

/** Begins another story. */
export async function begin(chat: Chat): Promise<void> {
  chat.id = undefined;
  chat.say('chat.new');
}

/** Gives the story a title, or tells it. */
export async function title(chat: Chat, typed: string): Promise<void> {
  if (typed === '') return chat.say('chat.title', { title: (await chat.story()).title ?? 'none' });
  const story = await chat.stories.rename(await chat.begin(), typed);
  chat.say('chat.titled', { title: story.title! });
}

/** Puts a story into the trash, lists what is there, or takes one out. */
export async function trash(chat: Chat, typed: string): Promise<void> {
  const [word = '', rest = ''] = typed.split(/\s+/);
  if (wordsOf('stories', 'en').includes(word)) return restore(chat, '');
  if (wordsOf('restore', 'en').includes(word)) return restore(chat, rest);
  const story = typed === '' ? await chat.story() : await find(chat, typed, false);
  const name = await label(chat, story);
  await chat.stories.trash(story.id);
  if (story.id === chat.id) chat.id = undefined;
  chat.listed = [];
  chat.say('chat.trashed', { title: name, days: DAYS });
}

/** Takes a story out of the trash, or lists what is there. */
export async function restore(chat: Chat, typed: string): Promise<void> {
  if (typed !== '') {
    const story = await chat.stories.restore((await find(chat, typed, true)).id);
    chat.listed = [];
    await chat.take(story);
    return chat.showEnd('chat.restored', { title: await label(chat, story) });
  }
  const trashed = await chat.stories.list(chat.place, { trashed: true });
  if (trashed.length === 0) return chat.say('chat.trash-empty');
  await listStories(chat, inOrder(trashed));
  chat.say('chat.trash-keys', { days: DAYS });
}

/** The stories in which something stands or stood, that which was last written in first. */
export async function keptStories(chat: Chat): Promise<readonly Story[]> {
  return inOrder((await chat.stories.list(chat.place)).filter((story) => !isUntouched(story)));
}

const inOrder = (all: readonly Story[]): Story[] => all.toSorted((a, b) => b.touchedAt - a.touchedAt);

const isUntouched = ({ branches, title, remembered, ahead, redo }: Story): boolean =>
  Object.values(branches).every((head) => head === null) &&
  title === undefined &&
  remembered.length === 0 &&
  ahead === undefined &&
  redo === undefined;

async function listStories(chat: Chat, all: readonly Story[]): Promise<void> {
  chat.listed = all.map(({ id }) => id);
  const when = new Intl.DateTimeFormat(chat.t.locale, { dateStyle: 'medium', timeStyle: 'short' });
  const rows = all.slice(0, LISTED).map(async (story, index): Promise<[string, string]> => {
    const [last] = await chat.stories.path(story.id, { last: 1 });
    const length = chat.t('chat.characters', { count: last?.end ?? 0 });
    const mark = story.id === chat.id ? '●' : ' ';
    return [
      `${mark} ${index + 1} ${await label(chat, story)}`,
      `${length} · ${when.format(story.touchedAt)}`,
    ];
  });
  chat.list(await Promise.all(rows));
  if (all.length > LISTED) chat.say('chat.more-stories', { count: all.length - LISTED });
}

/** A story's title, or how it begins. */
async function label(chat: Chat, { id, title: given }: Story): Promise<string> {
  if (given !== undefined) return shorten(given, COLUMNS);
  const passages = await chat.stories.path(id, { last: FAR });
  const first = passages.find(({ text }) => text.trim() !== '');
  return first ? firstWords(chat, first, COLUMNS) : chat.t('chat.untitled');
}

/** @throws UserError `chat.no-such-story` */
async function find(chat: Chat, typed: string, trashed: boolean): Promise<Story> {
  const all = trashed ? inOrder(await chat.stories.list(chat.place, { trashed })) : await keptStories(chat);
  // Numbers are those of the list that the person has seen, unless it was of others.
  const listed = all.some(({ id }) => chat.listed.includes(id)) ? chat.listed : all.map(({ id }) => id);
  const number = readNumber(typed);
  const found = Number.isNaN(number)
    ? all.find(({ title: given }) => given?.includes(typed))
    : all.find(({ id }) => id === listed[number - 1]);
  if (!found) throw new UserError('chat.no-such-story', { typed });
  return found;
}
