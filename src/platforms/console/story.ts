import type { Cursor } from '#generation';

/** Who wrote a piece of text. */
export type Voice = 'person' | 'model';

export type Piece = { readonly text: string; readonly voice: Voice };

/** What one turn added. Passages never change; `parent` is the one before it, as a commit has it. */
export type Passage = {
  readonly parent: Passage | null;
  /** What the person typed, as typed; empty for Enter alone. */
  readonly typed: string;
  /** The same as the model read it. */
  readonly opening: string;
  /** What the model wrote. */
  readonly written: string;
  /** Where the model stands after it. */
  readonly cursor: Cursor;
};

/**
 * A story: a tree of passages and the path of its heads. Undo and redo walk that path, so the other version
 * that `again` replaced comes back too; only something new after an undo lets go of what was undone.
 */
export class Story {
  #heads: (Passage | null)[] = [null];
  #at = 0;

  /** The last passage; null in an empty story. */
  get head(): Passage | null {
    return this.#heads[this.#at]!;
  }

  /** Makes `passage` the head. */
  add(passage: Passage): void {
    this.#heads.length = ++this.#at;
    this.#heads.push(passage);
  }

  /** Returns to the head before; false if there is none. */
  undo(): boolean {
    if (this.#at === 0) return false;
    this.#at--;
    return true;
  }

  /** Takes back an undo; false if there is none. */
  redo(): boolean {
    if (this.#at === this.#heads.length - 1) return false;
    this.#at++;
    return true;
  }

  /** Whether the head begins a paragraph: there is nothing before it, or a line break. */
  get headBeginsParagraph(): boolean {
    const parent = this.head?.parent;
    return !parent || (parent.typed + parent.written).endsWith('\n');
  }
}
