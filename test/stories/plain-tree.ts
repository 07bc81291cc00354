type Node = { id: string; parent: string | null; turn: string; instead?: string | undefined };

/** A story as one would write it without thinking of cost: everything is found by walking. */
export class PlainTree {
  readonly nodes = new Map<string, Node>();
  branches = new Map<string, string | null>([['main', null]]);
  branch = 'main';
  #chosen = new Map<string | null, string>();
  /** By passage: where its line was left. */
  #ends = new Map<string, string>();
  #ahead: string | undefined;
  #redo: string | undefined;

  get head(): string | null {
    return this.branches.get(this.branch)!;
  }

  path(to: string | null = this.head): string[] {
    const path: string[] = [];
    for (let at = to; at !== null; at = this.nodes.get(at)!.parent) path.unshift(at);
    return path;
  }

  siblings(id: string): string[] {
    const { parent } = this.nodes.get(id)!;
    return [...this.nodes.values()].filter((node) => node.parent === parent).map((node) => node.id);
  }

  add(node: Node): void {
    this.nodes.set(node.id, node);
    this.#move(node.id);
  }

  undo(named: string): boolean {
    const head = this.head;
    if (head === null || !this.path().includes(named)) return false;
    const node = this.nodes.get(head)!;
    if (this.nodes.get(named)!.turn !== node.turn) return false;
    if (node.instead !== undefined && node.turn === node.id) {
      this.#move(this.#endOf(node.instead));
      this.#redo = node.id;
      return true;
    }
    const before = this.path().findLast((id) => this.nodes.get(id)!.turn !== node.turn) ?? null;
    this.#move(before, this.#ahead ?? head);
    return true;
  }

  redo(): boolean {
    if (this.#redo !== undefined) {
      this.#move(this.#redo);
      return true;
    }
    let to: string | undefined;
    for (let at = this.head; ; at = to) {
      const next = this.#chosen.get(at);
      if (next === undefined) break;
      if (to !== undefined && this.nodes.get(next)!.turn !== this.nodes.get(to)!.turn) break;
      to = next;
    }
    if (to === undefined) return false;
    const ahead = this.#ahead === to ? undefined : this.#ahead;
    this.#move(to);
    this.#ahead = ahead;
    return true;
  }

  choose(id: string): void {
    if (!this.path().includes(id)) this.#move(this.#endOf(id));
  }

  rewind(id: string): void {
    const { head } = this;
    if (head === id || head === null) return;
    this.#move(id);
    this.#redo = head;
  }

  switch(name: string): void {
    if (this.branch !== name) this.#ahead = this.#redo = undefined;
    this.branch = name;
  }

  #endOf(id: string): string {
    return this.#ends.get(id) ?? id;
  }

  #move(to: string | null, ahead?: string): void {
    const [from, other] = [this.path(), this.path(to)];
    let shared = 0;
    while (shared < from.length && from[shared] === other[shared]) shared++;
    const left = from[shared];
    if (left !== undefined) this.#ends.set(left, ahead ?? from.at(-1)!);
    const chosen = other[shared] ?? left;
    if (chosen !== undefined) this.#chosen.set(from[shared - 1] ?? null, chosen);
    this.branches.set(this.branch, to);
    this.#ahead = ahead;
    this.#redo = undefined;
  }
}
