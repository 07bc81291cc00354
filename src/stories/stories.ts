import type { StoryFile } from '#books';
import { branch, deleteBranch, renameBranch, switchBranch } from './branches.ts';
import { type Core, createCore, type StoriesOptions } from './core.ts';
import { type ErasureRequest, erase, eraseAllBy } from './erase.ts';
import { mendAll } from './mend.ts';
import { forgetName, namesOf, type RememberedName, remember } from './names.ts';
import {
  createStory,
  placeOf,
  renameStory,
  restore,
  setCurrent,
  setLine,
  setSettings,
  storiesOf,
  trash,
} from './places.ts';
import type { Passage, PassageId, Person, PlaceId, PlaceSettings, Story, StoryId } from './records.ts';
import { type Replay, type ReplayOptions, replay } from './replay.ts';
import { resume } from './resume.ts';
import { type Swept, sweep } from './sweep.ts';
import { dumpStory, loadStory } from './transfer.ts';
import { type TreeLimits, type TreeView, tree } from './tree.ts';
import { choose, edit, redo, rewind, type Standing, type Undone, undo } from './turns.ts';
import { type Alternatives, alternatives, type Comparison, compare, path } from './view.ts';
import { saveTyped } from './write-passage.ts';
import {
  type ContinueOptions,
  continueStory,
  type DrawOptions,
  retryPassage,
  type Writing,
} from './writing.ts';

/**
 * The stories of all places: trees of passages that people and models write. Everything that changes one story is
 * done in order of arrival; other stories do not wait. Whatever has resolved is on disk.
 */
export class Stories {
  readonly #core: Core;

  constructor(options: StoriesOptions) {
    this.#core = createCore(options);
  }

  /**
   * The stories of a store, when what a crash interrupted there is finished. `mend` makes records anew that others
   * tell of and that are not there, as when a part of the store was lost.
   */
  static async open(options: StoriesOptions, { mend = false } = {}): Promise<Stories> {
    if (mend) await mendAll(options.storage);
    const stories = new Stories(options);
    await stories.resume();
    return stories;
  }

  /**
   * A new story, at which its place then is; without a line, of the place's.
   * @throws UserError `story.bad-title`
   */
  create(place: PlaceId, options: { readonly line?: string; readonly title?: string } = {}): Promise<Story> {
    return this.#atPlace(place, () => createStory(this.#core, place, options));
  }

  /** @throws UserError `story.not-found` */
  get(story: StoryId): Promise<Story> {
    return this.#core.shelf.story(story);
  }

  /** @throws UserError `story.bad-title` */
  rename(story: StoryId, title: string): Promise<Story> {
    return this.#inTurn(story, (found) => renameStory(this.#core, found, title));
  }

  /** The stories of a place, the oldest first; or those in its trash. */
  list(place: PlaceId, { trashed = false }: { readonly trashed?: boolean } = {}): Promise<Story[]> {
    return storiesOf(this.#core, place, trashed);
  }

  /** The story at which a place is. */
  async current(place: PlaceId): Promise<Story | undefined> {
    const { current } = await placeOf(this.#core, place);
    return current === null ? undefined : this.#core.shelf.stories.get(current);
  }

  /**
   * Has a place be at another of its stories.
   * @throws UserError `story.not-found`, `story.trashed`
   */
  setCurrent(place: PlaceId, story: StoryId): Promise<Story> {
    return this.#atPlace(place, () => setCurrent(this.#core, place, story));
  }

  /** The settings of a place for its passages, and the line of its new stories. */
  async place(place: PlaceId): Promise<{ readonly line?: string; readonly settings: PlaceSettings }> {
    const { line, settings = {} } = await placeOf(this.#core, place);
    return { settings, ...(line !== undefined && { line }) };
  }

  setSettings(place: PlaceId, settings: PlaceSettings): Promise<void> {
    return this.#atPlace(place, () => setSettings(this.#core, place, settings));
  }

  /**
   * Chooses the line of models for the new stories of a place and for the one at which it is.
   * @throws UserError what `Models.acquire` throws if there is no such line
   */
  async setLine(place: PlaceId, line: string): Promise<void> {
    const { current } = await placeOf(this.#core, place);
    if (current === null) return this.#atPlace(place, () => setLine(this.#core, place, line));
    return this.#anyStory(current, (story) =>
      this.#atPlace(place, () => setLine(this.#core, place, line, story)),
    );
  }

  /** Puts a story into the trash; a place that is at it is then at none. */
  trash(story: StoryId): Promise<Story> {
    return this.#anyStory(story, (found) => this.#atPlace(found.place, () => trash(this.#core, found)));
  }

  /** Takes a story out of the trash; its place is then at it. */
  restore(story: StoryId): Promise<Story> {
    return this.#anyStory(story, (found) => this.#atPlace(found.place, () => restore(this.#core, found)));
  }

  /**
   * Adds what a person wrote.
   * @throws UserError `story.empty-text`, `story.too-long`, `story.lone-surrogate`, `story.control-character`
   */
  write(story: StoryId, by: Person, text: string): Promise<Passage> {
    return this.#inTurn(story, (found) => saveTyped(this.#core, found, by, text));
  }

  /**
   * Saves what a person wrote, if anything, and has the model write on.
   * @throws UserError (through all parts of the writing) as `write`; `generation.busy`; what `Models.acquire` throws
   */
  continue(story: StoryId, by: Person, options: ContinueOptions = {}): Writing {
    return continueStory(this.#core, story, by, options);
  }

  /**
   * Has the model write another wording of one of its passages, by default of the last; the old one stays.
   * @throws UserError `story.nothing-to-retry`, `story.no-such-passage`, as `continue`
   */
  retry(story: StoryId, passage?: PassageId, options: DrawOptions = {}): Writing {
    return retryPassage(this.#core, story, passage, options);
  }

  /**
   * Takes back the turn of `passage` if it is the one at the head, else nothing: a button that is pressed twice
   * undoes once. Without a passage, the turn at the head.
   * @throws UserError `story.nothing-to-undo` without a passage; `story.no-such-passage`
   */
  undo(story: StoryId, passage?: PassageId): Promise<Undone> {
    return this.#inTurn(story, (found) => undo(this.#core, found, passage));
  }

  /** @throws UserError `story.nothing-to-redo` */
  redo(story: StoryId): Promise<Standing> {
    return this.#inTurn(story, (found) => redo(this.#core, found));
  }

  /**
   * Takes another wording of any place, with what followed it.
   * @throws UserError `story.no-such-passage`
   */
  choose(story: StoryId, passage: PassageId): Promise<Standing> {
    return this.#inTurn(story, (found) => choose(this.#core, found, passage));
  }

  /**
   * Goes back to a passage on the way to the head, or with null to the start.
   * @throws UserError `story.no-such-passage`
   */
  rewind(story: StoryId, passage: PassageId | null): Promise<Standing> {
    return this.#inTurn(story, (found) => rewind(this.#core, found, passage));
  }

  /**
   * Adds a person's wording of a passage beside it; what follows the old one stays with that.
   * @throws UserError `story.no-such-passage`, as `write`
   */
  edit(story: StoryId, passage: PassageId, text: string, by: Person): Promise<Passage> {
    return this.#inTurn(story, (found) => edit(this.#core, found, passage, text, by));
  }

  /** The last passages of the line at hand, oldest first. */
  async path(story: StoryId, { last }: { readonly last: number }): Promise<Passage[]> {
    return path(this.#core, await this.get(story), last);
  }

  /**
   * The wordings of a passage's place.
   * @throws UserError `story.no-such-passage`
   */
  async alternatives(story: StoryId, passage: PassageId): Promise<Alternatives> {
    return alternatives(this.#core, await this.get(story), passage);
  }

  /**
   * Where two passages part, and what follows there on each side, `most` passages of each.
   * @throws UserError `story.no-such-passage`
   */
  async compare(story: StoryId, one: PassageId, other: PassageId, most = 20): Promise<Comparison> {
    return compare(this.#core, await this.get(story), [one, other], most);
  }

  /** The tree around the head. */
  async tree(story: StoryId, limits: Partial<TreeLimits> = {}): Promise<TreeView> {
    return tree(this.#core, await this.get(story), { up: 12, down: 4, nodes: 60, ...limits });
  }

  /**
   * A new branch that stands at a passage, by default at the head; people then write on it.
   * @throws UserError `story.bad-branch`, `story.branch-exists`, `story.too-many-branches`, `story.no-such-passage`
   */
  branch(story: StoryId, name: string, at?: PassageId): Promise<Standing> {
    return this.#inTurn(story, (found) => branch(this.#core, found, name, at));
  }

  /** @throws UserError `story.no-branch` */
  switch(story: StoryId, name: string): Promise<Standing> {
    return this.#inTurn(story, (found) => switchBranch(this.#core, found, name));
  }

  /** @throws UserError `story.no-branch`, `story.bad-branch`, `story.branch-exists` */
  renameBranch(story: StoryId, from: string, to: string): Promise<Standing> {
    return this.#inTurn(story, (found) => renameBranch(this.#core, found, from, to));
  }

  /**
   * Takes away a branch on which people do not write; its text stays in the tree.
   * @throws UserError `story.no-branch`, `story.branch-in-use`
   */
  deleteBranch(story: StoryId, name: string): Promise<Standing> {
    return this.#inTurn(story, (found) => deleteBranch(this.#core, found, name));
  }

  /**
   * Keeps a name in mind, so that the model goes on using it.
   * @throws UserError `story.bad-name`, `story.too-many-names`
   */
  remember(story: StoryId, name: string): Promise<RememberedName[]> {
    return this.#inTurn(story, (found) => remember(this.#core, found, name));
  }

  /**
   * Lets go of a name, given itself or by its number.
   * @throws UserError `story.no-such-name`
   */
  forgetName(story: StoryId, which: string | number): Promise<RememberedName[]> {
    return this.#inTurn(story, (found) => forgetName(this.#core, found, which));
  }

  async names(story: StoryId): Promise<RememberedName[]> {
    return namesOf(await this.get(story));
  }

  /**
   * Writes a passage once more from its receipt and compares; nothing of it is kept.
   * @throws UserError `story.no-receipt`, `story.replay-text-erased`, `story.replay-text-lost`,
   * `story.replay-version-gone`, `story.no-such-passage`, `generation.busy`
   */
  async replay(story: StoryId, passage: PassageId, options?: ReplayOptions): Promise<Replay> {
    return replay(this.#core, await this.get(story), passage, options);
  }

  /**
   * Erases a text for good; what is left says that there was one.
   * @throws UserError `story.not-yours`, `story.no-such-passage`
   */
  erase(story: StoryId, passage: PassageId, request: ErasureRequest): Promise<void> {
    return this.#anyStory(story, () => erase(this.#core, story, passage, request));
  }

  /** Erases everything that a person wrote, anywhere; answers how many passages that were. */
  eraseAllBy(person: Pick<Person, 'platform' | 'id'>): Promise<number> {
    return eraseAllBy(this.#core, person);
  }

  /** A whole story, for a file. */
  dump(story: StoryId): Promise<StoryFile> {
    return this.#anyStory(story, (found) => dumpStory(this.#core, found));
  }

  /**
   * Takes in a story from a file as a new one, at which its place then is.
   * @throws UserError `story.bad-branch`, `story.bad-title`, `story.bad-name`
   */
  load(file: StoryFile, place: PlaceId): Promise<Story> {
    return this.#atPlace(place, () => loadStory(this.#core, place, file));
  }

  /**
   * Removes what has been in the trash for 30 days, and what a crash left without a story. With `signal` it ends early.
   */
  sweep(signal?: AbortSignal): Promise<Swept> {
    return sweep(this.#core, signal);
  }

  /** Tries again what could not be finished, such as an erasure, as opening does; what it cannot finish stays. */
  resume(): Promise<void> {
    return resume(this.#core);
  }

  /** Resolves when all that was asked for until now is done. */
  idle(): Promise<void> {
    return this.#core.queue.idle();
  }

  #atPlace<T>(place: PlaceId, task: () => Promise<T>): Promise<T> {
    return this.#core.queue.run(`place/${place}`, task);
  }

  #inTurn<T>(id: StoryId, task: (story: Story) => Promise<T>): Promise<T> {
    return this.#core.queue.run(id, async () => task(await this.#core.shelf.writable(id)));
  }

  #anyStory<T>(id: StoryId, task: (story: Story) => Promise<T>): Promise<T> {
    return this.#core.queue.run(id, async () => task(await this.#core.shelf.story(id)));
  }
}
