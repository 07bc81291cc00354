import type { Chat } from '../chat.ts';
import { numberPassages } from '../numbers.ts';
import { firstWords } from './tree.ts';

const COLUMNS = 40;

/** Makes a branch at this place and goes on with it, or lists the branches. */
export async function branch(chat: Chat, name: string): Promise<void> {
  if (name === '') return listBranches(chat);
  const before = await chat.stories.get(await chat.begin());
  const { story } = await chat.stories.branch(before.id, name);
  chat.say('chat.branched', { name: story.branch, from: before.branch });
}

/** Goes on with another branch. */
export async function switchTo(chat: Chat, name: string): Promise<void> {
  if (name === '') return listBranches(chat);
  const { id } = await chat.story();
  const { story, head } = await chat.stories.switch(id, name);
  if (head) await chat.showEnd('chat.switched', { name: story.branch });
  else chat.say('chat.switched-empty', { name: story.branch });
}

async function listBranches(chat: Chat): Promise<void> {
  const { story, passages, numberOf } = await numberPassages(chat);
  const rows = Object.entries(story.branches).map(async ([name, at]): Promise<[string, string]> => {
    const passage = passages.find(({ id }) => id === at);
    const words = passage ? await firstWords(chat, passage, COLUMNS) : chat.t('chat.branch-empty');
    return [
      `${name === story.branch ? '●' : ' '} ${name}`,
      passage ? `${numberOf(passage.id)} ${words}` : words,
    ];
  });
  chat.list(await Promise.all(rows));
  chat.say('chat.branch-keys');
}
