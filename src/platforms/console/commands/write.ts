import { UserError } from '#errors';
import type { Passage, Writing } from '#stories';
import type { Chat } from '../chat.ts';
import { lastTyped, ME } from '../last-typed.ts';
import { sayUsage } from './usage.ts';

/** Passages of one turn, and one before, at most. */
const TURN = 16;

/** Has the model go on, behind `typed` if that is not empty; `command`: for which it may have been meant. */
export async function goOn(chat: Chat, typed = '', command?: string): Promise<void> {
  const opening = typed === '' ? undefined : typed;
  const isDone = await keepingText(chat, typed, async (signal) => {
    if (opening !== undefined) await chat.script.hear(opening);
    const id = await chat.begin();
    const { settings, script } = chat;
    return chat.stories.continue(id, ME, { opening, settings, signal, show: script.show });
  });
  if (isDone && command !== undefined) chat.say('chat.put-in', { command });
}

/** Another version of the last passage, behind what was typed. */
export async function again(chat: Chat): Promise<void> {
  const passages = await chat.last(TURN);
  const head = passages.at(-1);
  if (!head) throw new UserError('chat.at-start');
  // Behind the person's own words the next passage is the first version.
  if (head.author.kind !== 'model') return goOn(chat);
  chat.say('chat.again');
  const first = passages.findIndex(({ turn }) => turn === head.turn);
  await chat.showTurn(passages.slice(first, -1), passages[first - 1]);
  await keepingText(chat, '', async (signal) => {
    const { settings, script } = chat;
    return chat.stories.retry(head.story, head.id, { settings, signal, show: script.show });
  });
}

/** Another wording of the person's last text, from which the model goes on. */
export async function edit(chat: Chat, typed: string): Promise<void> {
  const own = await ownLast(chat, 'chat.nothing-to-edit');
  if (typed === '') {
    if (!chat.options.lines.putBack(`/edit ${own.text}`)) sayUsage(chat, 'edit');
    return;
  }
  await chat.script.hear(typed);
  const edited = await chat.stories.edit(own.story, own.id, typed, ME);
  chat.say('chat.edited');
  const [before] = (await chat.last(2)).slice(0, -1);
  await chat.showTurn([edited], before);
  await goOn(chat);
}

/** Puts a text into the story that would else be a command. */
export async function write(chat: Chat, typed: string): Promise<void> {
  if (typed === '') sayUsage(chat, 'write');
  else await goOn(chat, typed);
}

/**
 * The last text of the person at the terminal in the line at hand.
 * @throws UserError `code` if there is none
 */
export async function ownLast(
  chat: Chat,
  code: 'chat.nothing-yours' | 'chat.nothing-to-edit',
): Promise<Passage> {
  const own = chat.id === undefined ? undefined : await lastTyped(chat.stories, chat.id);
  if (!own) throw new UserError(code);
  return own;
}

/**
 * Shows what is written. If it fails, what was typed is not lost: it stands in the story or is put back at the
 * prompt. Without a prompt, the chat ends with what failed. Answers whether nothing did.
 */
async function keepingText(
  chat: Chat,
  typed: string,
  start: (signal: AbortSignal) => Promise<Writing>,
): Promise<boolean> {
  const { lines, terminal } = chat.options;
  let writing: Writing | undefined;
  try {
    await lines.during(async (signal) => {
      writing = await start(signal);
      await chat.follow(writing);
    });
    return true;
  } catch (error) {
    if (!(error instanceof UserError) || !terminal) throw error;
    chat.sayError(error);
    const saved = await writing?.opening.catch(() => undefined);
    if (saved) chat.say('chat.text-is-in');
    else if (typed !== '' && !lines.putBack(typed)) {
      chat.unwritten = typed;
      chat.say('chat.text-is-kept');
    }
    return false;
  }
}
