import { UserError } from '#errors';
import type { Core } from './core.ts';
import type { Spot } from './lineage.ts';
import { PieceStream } from './piece-stream.ts';
import type { Passage, PassageId, Person, Story, StoryId } from './records.ts';
import { type Show, showPieces } from './show.ts';
import { drawPassage, saveTyped, type WritingOptions } from './write-passage.ts';

export type DrawOptions = WritingOptions & {
  /** How the pieces are to be shown; absent: as they are drawn. */
  readonly show?: Show | undefined;
};

export type ContinueOptions = DrawOptions & {
  /** What the person writes before the model goes on. */
  readonly opening?: string | undefined;
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

/** Saves an opening, if there is one, and has the model write behind the head. */
export function continueStory(core: Core, id: StoryId, by: Person, options: ContinueOptions): Writing {
  const saved = Promise.withResolvers<Passage | undefined>();
  const writing = draw(core, id, options, saved.promise, async (story, go) => {
    const { opening: typed } = options;
    const opening = typed === undefined ? undefined : await saveTyped(core, story, by, typed);
    saved.resolve(opening);
    if (opening) return go(await core.shelf.story(id), opening, opening.turn);
    return go(story, await core.shelf.head(story));
  });
  // What fails before the opening is saved is what became of the opening.
  writing.passage.catch(saved.reject);
  return writing;
}

/** Has the model write a passage of its another way. */
export function retryPassage(
  core: Core,
  id: StoryId,
  passage: PassageId | undefined,
  options: DrawOptions,
): Writing {
  return draw(core, id, options, Promise.resolve(undefined), async (story, go) => {
    const { shelf } = core;
    const old = passage === undefined ? await shelf.head(story) : await shelf.passage(passage, id);
    if (old?.author.kind !== 'model') throw new UserError('story.nothing-to-retry');
    return go(story, await shelf.parentOf(old), old.turn);
  });
}

type Go = (story: Story, parent: Spot, turn?: string) => Promise<Passage | undefined>;

function draw(
  core: Core,
  id: StoryId,
  { show, ...options }: DrawOptions,
  opening: Promise<Passage | undefined>,
  task: (story: Story, go: Go) => Promise<Passage | undefined>,
): Writing {
  const pieces = new PieceStream();
  const go: Go = (story, parent, turn) =>
    drawPassage(core, story, { parent, ...(turn !== undefined && { turn }) }, options, pieces);
  const passage = core.queue.run(id, async () => task(await core.shelf.writable(id), go));
  passage.then(
    () => pieces.end(),
    (error) => pieces.end({ error }),
  );
  opening.catch(() => {});
  return { text: showPieces(pieces.read(), show), opening, passage };
}
