import { Random } from '#random';
import { type Passage, type Person, Stories, type StoriesOptions } from '#stories';
import { memoryStorage } from '../fakes/memory-storage.ts';
import { Storyteller } from '../fakes/storyteller.ts';

export const ming: Person = { kind: 'person', platform: 'test', id: 'ming', name: '小明' };
export const hong: Person = { kind: 'person', platform: 'test', id: 'hong', name: '小红' };

/** Stories without a disk and a model, with a clock that goes on by itself. */
export function tell(more: Partial<StoriesOptions> = {}) {
  const storage = more.storage ?? memoryStorage();
  const models = (more.models as Storyteller | undefined) ?? new Storyteller();
  let clock = 0;
  let ids = 0;
  const options: StoriesOptions = {
    now: () => ++clock,
    newId: () => `n${++ids}`,
    random: Random.seeded(1),
    ...more,
    storage,
    models,
  };
  return { options, storage, models, stories: new Stories(options) };
}

/** The text of the line at hand. */
export async function textOf(stories: Stories, story: string): Promise<string> {
  return (await stories.path(story, { last: 1000 })).map(({ text }) => text).join('');
}

export async function drawn(writing: { passage: Promise<Passage | undefined> }): Promise<Passage> {
  return (await writing.passage)!;
}

export async function collect(text: AsyncIterable<string>): Promise<string> {
  let all = '';
  for await (const piece of text) all += piece;
  return all;
}
