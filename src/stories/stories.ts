import { UserError } from '#errors';
import { type Core, createCore, type StoriesOptions } from './core.ts';
import type { Spot } from './lineage.ts';
import { PieceStream } from './piece-stream.ts';
import {
  createStory,
  placeOf,
  restore,
  setCurrent,
  setLine,
  setSettings,
  storiesOf,
  trash,
} from './places.ts';
import type { Passage, PassageId, Person, PlaceId, PlaceSettings, Story, StoryId } from './records.ts';
import { type Show, showPieces } from './show.ts';
import { choose, edit, redo, rewind, type Standing, type Undone, undo } from './turns.ts';
import { type Alternatives, alternatives, type Comparison, compare, path } from './view.ts';
import { drawPassage, saveTyped, type WritingOptions } from './write-passage.ts';

export type ContinueOptions = WritingOptions & {
  /** What the person writes before the model goes on. */
  readonly opening?: string;
  /** How the pieces are to be shown; absent: as they are drawn. */
  readonly show?: Show;
};

/** A passage that is being written. Whoever does not look at a part of it misses nothing else. */
export type Writing = {
  /** The text as it becomes certain; ends when the passage is saved, throws what kept it from being written. */
  readonly text: AsyncGenerator<string, void>;
  /** What the person wrote, as soon as it is saved; `undefined` without an opening. */
  readonly opening: Promise<Passage | undefined>;
  /** What the model wrote, when it is saved; `undefined` if it was stopped before it drew anything. */
  readonly passage: Promise<Passage | undefined>;
};

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
    const saved = Promise.withResolvers<Passage | undefined>();
    const writing = this.#draw(story, options, saved.promise, async (found, draw) => {
      const opening =
        options.opening === undefined ? undefined : await saveTyped(this.#core, found, by, options.opening);
      saved.resolve(opening);
      const parent = opening ?? (await this.#core.shelf.head(found));
      const now = opening ? await this.#core.shelf.story(story) : found;
      return draw(now, parent, opening?.turn);
    });
    // If it fails before the opening is saved, this is what became of the opening.
    writing.passage.catch(saved.reject);
    return writing;
  }

  /**
   * Has the model write another wording of one of its passages, by default of the last; the old one stays.
   * @throws UserError `story.nothing-to-retry`, `story.no-such-passage`, as `continue`
   */
  retry(
    story: StoryId,
    passage?: PassageId,
    options: WritingOptions & { readonly show?: Show } = {},
  ): Writing {
    return this.#draw(story, options, Promise.resolve(undefined), async (found, draw) => {
      const { shelf } = this.#core;
      const old = passage === undefined ? await shelf.head(found) : await shelf.passage(passage, story);
      if (old?.author.kind !== 'model') throw new UserError('story.nothing-to-retry');
      const parent = old.parent === null ? null : await shelf.passage(old.parent, story);
      return draw(found, parent, old.turn);
    });
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

  #draw(
    story: StoryId,
    options: WritingOptions & { readonly show?: Show },
    opening: Promise<Passage | undefined>,
    task: (
      story: Story,
      draw: (story: Story, parent: Spot, turn?: string) => Promise<Passage | undefined>,
    ) => Promise<Passage | undefined>,
  ): Writing {
    const pieces = new PieceStream();
    const passage = this.#inTurn(story, (found) =>
      task(found, (now, parent, turn) =>
        drawPassage(this.#core, now, { parent, ...(turn !== undefined && { turn }) }, options, pieces),
      ),
    );
    passage.then(
      () => pieces.end(),
      (error) => pieces.end({ error }),
    );
    opening.catch(() => {});
    return { text: showPieces(pieces.read(), options.show), opening, passage };
  }
}
