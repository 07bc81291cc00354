import { UserError } from '#errors';
import { checkName, nameLimits } from './check.ts';
import type { Core } from './core.ts';
import { Draft } from './draft.ts';
import type { Story } from './records.ts';

/** A name that a story keeps in mind, and its number in the list. */
export type RememberedName = { readonly id: number; readonly name: string };

export const namesOf = ({ remembered }: Story): RememberedName[] =>
  remembered.map((name, index) => ({ id: index + 1, name }));

/** @throws UserError `story.bad-name`, `story.too-many-names` */
export async function remember(core: Core, story: Story, typed: string): Promise<RememberedName[]> {
  const name = checkName(typed);
  if (story.remembered.includes(name)) return namesOf(story);
  const { count } = nameLimits;
  if (story.remembered.length >= count) throw new UserError('story.too-many-names', { maximum: count });
  return save(core, story, [...story.remembered, name]);
}

/**
 * Forgets a name, given itself or by its number.
 * @throws UserError `story.no-such-name`
 */
export async function forgetName(
  core: Core,
  story: Story,
  which: string | number,
): Promise<RememberedName[]> {
  const name = typeof which === 'number' ? story.remembered[which - 1] : which.trim();
  if (name === undefined || !story.remembered.includes(name)) {
    throw new UserError('story.no-such-name', { name: String(which) });
  }
  return save(
    core,
    story,
    story.remembered.filter((other) => other !== name),
  );
}

async function save(core: Core, story: Story, remembered: readonly string[]): Promise<RememberedName[]> {
  const saved = { ...story, remembered };
  const draft = new Draft(core.shelf);
  draft.story(saved);
  await draft.write();
  return namesOf(saved);
}
