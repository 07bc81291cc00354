import type { Change } from '#storage';
import type { Links, Passage, PassageId, Place, PlaceId, Story, StoryId } from './records.ts';
import type { Shelf } from './shelf.ts';

/**
 * Records to be written together, in the order in which a crash behind any of them does no harm: passages, then the
 * links that make them known, then the story whose head they are, then its place.
 */
export class Draft {
  readonly #shelf: Shelf;
  readonly #passages = new Map<PassageId, Passage>();
  readonly #links = new Map<PassageId | StoryId, Links>();
  readonly #stories = new Map<StoryId, Story>();
  readonly #places = new Map<PlaceId, Place>();

  constructor(shelf: Shelf) {
    this.#shelf = shelf;
  }

  passage(passage: Passage): void {
    this.#passages.set(passage.id, passage);
  }

  story(story: Story): void {
    this.#stories.set(story.id, story);
  }

  place(id: PlaceId, place: Place): void {
    this.#places.set(id, place);
  }

  /** Changes the links behind a passage (or at the start of a story). */
  async link(id: PassageId | StoryId, change: (links: Links) => Links): Promise<void> {
    this.#links.set(id, change(this.#links.get(id) ?? (await this.#shelf.childrenOf(id))));
  }

  /** `more` comes last. */
  async write(...more: readonly Change[]): Promise<void> {
    const { passages, links, stories, places } = this.#shelf;
    const changes: Change[] = [];
    for (const [key, value] of this.#passages) changes.push(passages.put(key, value));
    for (const [key, value] of this.#links) changes.push(links.put(key, value));
    for (const [key, value] of this.#stories) changes.push(stories.put(key, value));
    for (const [key, value] of this.#places) changes.push(places.put(key, value));
    await this.#shelf.write([...changes, ...more]);
  }
}
