import { headOf, type PassageId, type StoryId } from '#stories';
import type { Kept } from './kept.ts';
import type { Begun, Said, SaidPassage, SaidStory } from './said.ts';

/** What an operation under way may change, should it be cut off. */
const WRITES = ['write', 'continue', 'continue with an opening', 'retry', 'edit'];
const MOVES = ['undo', 'undo of one', 'redo', 'choose', 'rewind', 'switch'];
const BRANCHES = ['branch', 'switch', 'rename or delete a branch'];

/** What was acknowledged, by one child after the other, and what was under way when the last was killed. */
export class Ledger {
  readonly passages = new Map<PassageId, SaidPassage>();
  readonly stories = new Map<StoryId, SaidStory>();
  /** Texts whose erasure was acknowledged. */
  readonly erased = new Map<PassageId, string>();
  readonly pending = new Map<number, Begun>();
  readonly bugs: string[] = [];
  phase = 'starting';
  /** The version last swapped to. */
  version: string | undefined;
  acknowledged = 0;
  /** By the operation that began: what an erasure of all was to erase. */
  readonly #toErase = new Map<number, PassageId[]>();
  /** What the next start erases, since it was cut off. */
  readonly #due = new Set<PassageId>();
  readonly #uncertain = new Set<PassageId>();

  take(said: Said): void {
    if ('phase' in said) this.#phase(said.phase);
    else if ('bug' in said) this.bugs.push(said.bug);
    else if ('begin' in said) this.#begin(said);
    else if ('passage' in said) this.#passage(said.passage);
    else if ('story' in said) this.stories.set(said.story.id, said.story);
    else this.#end(said.end, said.refused);
  }

  #phase(phase: 'opening' | 'open'): void {
    this.phase = phase;
    if (phase === 'open') {
      this.#erase(this.#due);
      this.#due.clear();
    }
  }

  #begin(begun: Begun): void {
    this.pending.set(begun.begin, begun);
    const { erases, erasesAllBy } = begun;
    const all = [...this.passages.values()].filter(({ id, person }) =>
      erasesAllBy === undefined ? id === erases : person === erasesAllBy,
    );
    this.#toErase.set(
      begun.begin,
      all.map(({ id }) => id),
    );
  }

  #passage(passage: SaidPassage): void {
    this.passages.set(passage.id, passage);
    // Whether an erasure of all that comes meanwhile meets it cannot be told.
    for (const { erasesAllBy } of this.pending.values())
      if (passage.person !== undefined && erasesAllBy === passage.person) this.#uncertain.add(passage.id);
    const story = this.stories.get(passage.story)!;
    const branches = { ...story.branches, [story.branch]: passage.id };
    this.stories.set(story.id, { ...story, branches });
  }

  #end(n: number, refused: string | undefined): void {
    const { uses } = this.pending.get(n)!;
    this.pending.delete(n);
    this.acknowledged++;
    if (refused !== undefined) return;
    if (uses !== undefined) this.version = uses;
    this.#erase(this.#toErase.get(n)!);
  }

  /** Passages whose erasure was begun, and may or may not be done. */
  get erasing(): Set<PassageId> {
    return new Set([
      ...this.#due,
      ...this.#uncertain,
      ...[...this.pending.keys()].flatMap((n) => this.#toErase.get(n)!),
    ]);
  }

  /** Where what is kept is not what was acknowledged. */
  problems(kept: Kept): string[] {
    const { erasing } = this;
    const problems: string[] = [];
    for (const { id, text, parent, story } of this.passages.values()) {
      const found = kept.passages.get(id);
      const inPlace = found?.parent === parent && found.story === story;
      const asSaid = found?.text === text || (found?.erased && erasing.has(id));
      if (!found || !inPlace || !asSaid)
        problems.push(`passage ${id} is ${JSON.stringify(found)}, not ${text}`);
      if (this.erased.has(id) && !(found?.erased && kept.tombstones.has(id)))
        problems.push(`passage ${id} is no tombstone`);
    }
    for (const story of this.stories.values()) problems.push(...this.#storyProblems(story, kept));
    for (const { id, story } of kept.passages.values())
      if (!this.passages.has(id) && !this.#under(story, WRITES))
        problems.push(`passage ${id} comes from nowhere`);
    const uses = [...this.pending.values()].map((begun) => begun.uses);
    if (this.version !== undefined && ![this.version, ...uses].includes(kept.version))
      problems.push(`version ${kept.version} is current, not ${this.version}`);
    return problems;
  }

  #storyProblems(said: SaidStory, kept: Kept): string[] {
    const { id } = said;
    const story = kept.stories.get(id);
    if (!story) return [`story ${id} is gone`];
    const problems: string[] = [];
    const differ = (what: string, of: (story: SaidStory) => unknown, ops: readonly string[]) => {
      const [was, is] = [JSON.stringify(of(said)), JSON.stringify(of(story))];
      if (was !== is && !this.#under(id, ops)) problems.push(`${what} of ${id}: ${is}, not ${was}`);
    };
    differ('head', ({ branch, branches }) => branches[branch], [...WRITES, ...MOVES, ...BRANCHES]);
    differ('branch', ({ branch }) => branch, BRANCHES);
    differ('branches', ({ branches }) => Object.keys(branches).sort(), BRANCHES);
    differ('other heads', ({ branch, branches }) => ({ ...branches, [branch]: null }), BRANCHES);
    differ('names', ({ remembered }) => remembered, ['remember']);
    const head = headOf(story);
    const isNew = head !== null && !this.passages.has(head);
    if (isNew && !this.#under(id, WRITES)) problems.push(`head ${head} of ${id} comes from nowhere`);
    return problems;
  }

  #under(story: StoryId, ops: readonly string[]): boolean {
    return [...this.pending.values()].some((begun) => begun.story === story && ops.includes(begun.op));
  }

  /** What was under way, in words. */
  under(): string[] {
    return this.phase === 'open' ? [...this.pending.values()].map(({ op }) => op) : [this.phase];
  }

  /** What is kept is what the next child begins with. Erasures that were noted and cut off are due when it has opened. */
  adopt(kept: Kept): void {
    this.#due.clear();
    this.#uncertain.clear();
    for (const intent of kept.intents)
      if (intent.kind !== 'remove') for (const id of intent.passages) this.#due.add(id);
    for (const { id, story, parent, text, author, erased } of kept.passages.values()) {
      const known = this.passages.get(id)?.text ?? text;
      if (erased && known !== '' && !this.#due.has(id)) this.erased.set(id, known);
      const person = author.kind === 'person' ? { person: author.id } : {};
      const isDue = this.#due.has(id);
      this.passages.set(id, { id, story, parent, text: isDue ? known : text, ...person });
    }
    for (const { id, branch, branches, remembered } of kept.stories.values())
      this.stories.set(id, { id, branch, branches, remembered });
    this.pending.clear();
    this.#toErase.clear();
    this.version = kept.version;
    this.phase = 'starting';
  }

  #erase(ids: Iterable<PassageId>): void {
    for (const id of ids) {
      const passage = this.passages.get(id)!;
      if (passage.text !== '') this.erased.set(id, passage.text);
      this.passages.set(id, { ...passage, text: '' });
    }
  }
}
