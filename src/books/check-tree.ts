import { UserError } from '#errors';
import type { FiledPassage, StoryFile } from './story.ts';

/**
 * Whether the passages of a story are one tree, parents first, and everything that names a passage names one.
 * @throws UserError `books.twice`, `books.no-parent`, `books.parent-later`, `books.circle`, `books.no-passage`,
 * `books.no-branch`
 */
export function checkTree({ id, passages, branches, branch, chosen }: StoryFile): void {
  const known = new Map<string, FiledPassage>();
  for (const passage of passages) {
    if (known.has(passage.id) || passage.id === id) throw new UserError('books.twice', { id: passage.id });
    if (passage.parent !== null && !known.has(passage.parent)) throw complain(passage, passages);
    known.set(passage.id, passage);
  }
  for (const passage of passages) checkNamed(passage, known);
  for (const [name, head] of Object.entries(branches)) {
    if (head !== null && !known.has(head)) throw new UserError('books.no-passage', { place: name, id: head });
  }
  if (!Object.hasOwn(branches, branch)) throw new UserError('books.no-branch', { branch });
  for (const [parent, child] of Object.entries(chosen)) {
    const found = known.get(child);
    if (!found || found.parent !== (parent === id ? null : parent))
      throw new UserError('books.no-passage', { place: 'chosen', id: child });
  }
}

/** The passages that a passage names beside its parent are in the story. */
function checkNamed(
  { id, turn, instead, receipt }: FiledPassage,
  known: ReadonlyMap<string, FiledPassage>,
): void {
  const origin = receipt && receipt.origin !== 'start' ? receipt.origin.replace(/\+\d+$/, '') : undefined;
  for (const named of [turn, instead, receipt?.parent, origin]) {
    if (typeof named === 'string' && !known.has(named))
      throw new UserError('books.no-passage', { place: id, id: named });
  }
}

/** What is wrong with a passage whose parent did not come before it. */
function complain({ id, parent }: FiledPassage, passages: readonly FiledPassage[]): UserError {
  const parents = new Map(passages.map((passage) => [passage.id, passage.parent]));
  if (parent === null || !parents.has(parent))
    return new UserError('books.no-parent', { id, parent: parent ?? '' });
  const seen = new Set<string>();
  for (let at: string | null | undefined = parent; typeof at === 'string'; at = parents.get(at)) {
    if (at === id || seen.has(at)) return new UserError('books.circle', { id });
    seen.add(at);
  }
  return new UserError('books.parent-later', { id, parent });
}
