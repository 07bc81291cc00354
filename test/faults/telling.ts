import { UserError } from '#errors';
import { createTranslator, describeError, type Locale } from '#i18n';
import type { Damage } from '#storage';
import type { Passage, Person, Stories, StoryId, Writing } from '#stories';
import { type Core, type CoreConfig, openCore } from '../../src/open-core.ts';

export const ming: Person = { kind: 'person', platform: 'test', id: 'ming' };
export const hong: Person = { kind: 'person', platform: 'test', id: 'hong' };

/** A core, and what it remarked on. */
export type Opened = Core & { readonly remarks: (Damage | UserError)[] };

export async function open(config: CoreConfig): Promise<Opened> {
  const remarks: (Damage | UserError)[] = [];
  const core = await openCore(config, { onRemark: (remark) => remarks.push(remark) });
  return { ...core, remarks };
}

/** What became of a writing: its passages, as far as they were acknowledged, and what refused the rest. */
export async function outcome({ opening, passage }: Writing): Promise<{
  readonly acknowledged: readonly Passage[];
  readonly refusal: UserError | undefined;
}> {
  const ends = await Promise.allSettled([opening, passage]);
  const acknowledged = ends.flatMap((end) => (end.status === 'fulfilled' && end.value ? [end.value] : []));
  const reason = ends.flatMap((end) => (end.status === 'rejected' ? [end.reason] : [])).at(-1);
  if (reason !== undefined && !(reason instanceof UserError)) throw reason;
  return { acknowledged, refusal: reason };
}

/** A story of a person's and the model's passages in turn. */
export async function tellStory(stories: Stories, place: string, turns: number): Promise<StoryId> {
  const { id } = await stories.create(place);
  for (let turn = 0; turn < turns; turn++) {
    const opening = `${place}的第${turn}段：孙悟空听了，大笑道。`;
    await stories.continue(id, ming, { opening, settings: { length: 20 } }).passage;
  }
  return id;
}

/** The whole line at hand. */
export const lineOf = (stories: Stories, story: StoryId): Promise<Passage[]> =>
  stories.path(story, { last: 2 ** 30 });

/** The sentence in every language; it throws where one is missing. */
export const sentencesOf = (error: UserError): string[] =>
  (['en', 'zh-Hans', 'zh-Hant'] satisfies Locale[]).map((locale) =>
    describeError(error, createTranslator(locale)),
  );
