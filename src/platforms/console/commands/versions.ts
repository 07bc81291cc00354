import { UserError } from '#errors';
import type { Passage } from '#stories';
import type { Chat } from '../chat.ts';
import { readNumber } from '../numbers.ts';
import { shorten } from '../wrap-remark.ts';

/** Passages among which a chosen version must be to be shown with all that follows it. */
const SHOWN = 8;

/** The versions of one place, of which one is in the line at hand. */
type Versions = { readonly passages: readonly Passage[]; readonly at: number };

/** Takes the version before (−1) or after (1) the one at hand. */
export async function step(chat: Chat, by: -1 | 1): Promise<void> {
  const { passages, at } = await versionsHere(chat);
  const count = passages.length;
  if (count === 1) return chat.say('chat.one-version');
  const next = passages[at + by];
  if (!next) return chat.say(by < 0 ? 'chat.no-older' : 'chat.no-newer', { count });
  await take(chat, { passages, at: at + by });
}

/** Takes a version by its number, or lists them. */
export async function choose(chat: Chat, typed: string): Promise<void> {
  const { passages, at } = await versionsHere(chat);
  const count = passages.length;
  if (typed === '') {
    if (count === 1) return chat.say('chat.one-version');
    chat.say('chat.versions', { count });
    const rows = passages.map(
      async (passage, index): Promise<[string, string]> => [
        `${index === at ? '●' : ' '} ${index + 1}`,
        shorten(await chat.textOf(passage), 60),
      ],
    );
    return chat.list(await Promise.all(rows));
  }
  const index = readNumber(typed) - 1;
  if (!passages[index]) throw new UserError('chat.no-such-version', { typed, count });
  await take(chat, { passages, at: index });
}

/**
 * The versions of the last passage; where it has only one, those of the person's text before it.
 * @throws UserError `chat.at-start`
 */
async function versionsHere(chat: Chat): Promise<Versions> {
  const [head, before] = (await chat.last(2)).toReversed();
  if (!head) throw new UserError('chat.at-start');
  // Going to and fro is about the same place, however far behind it the head is.
  const { chosen } = chat;
  if (chosen?.head === head.id) return versionsOf(chat, { id: chosen.passage, story: head.story });
  const own = await versionsOf(chat, head);
  if (own.passages.length > 1 || before?.author.kind !== 'person') return own;
  const others = await versionsOf(chat, before);
  return others.passages.length > 1 ? others : own;
}

async function versionsOf(chat: Chat, { id, story }: Pick<Passage, 'id' | 'story'>): Promise<Versions> {
  const { passages } = await chat.stories.alternatives(story, id);
  const shown = passages.filter((passage) => !passage.erased || passage.id === id);
  return { passages: shown, at: shown.findIndex((passage) => passage.id === id) };
}

async function take(chat: Chat, { passages, at }: Versions): Promise<void> {
  const chosen = passages[at]!;
  const { head } = await chat.stories.choose(chosen.story, chosen.id);
  chat.chosen = { passage: chosen.id, head: head!.id };
  chat.say('chat.version', { number: at + 1, count: passages.length });
  // From where the turn began to which the version belongs, or the last turn if that is far back.
  const path = await chat.last(SHOWN);
  const { turn } = path.find(({ id }) => id === chosen.id) ?? head!;
  const first = path.findIndex((passage) => passage.turn === turn);
  await chat.showTurn(path.slice(first), path[first - 1]);
}
