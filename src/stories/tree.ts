import type { Core } from './core.ts';
import { ancestorAt, pathTo } from './lineage.ts';
import { headOf, type Passage, type PassageId, type Story } from './records.ts';

/** Passages that follow each other without a fork, and what comes behind them. */
export type TreeNode = {
  readonly first: Passage;
  /** The same as `first` in a run of one. */
  readonly last: Passage;
  /** Passages of the run, the two included. */
  readonly length: number;
  /** Branches that stand behind `last`. */
  readonly branches: readonly string[];
  readonly isHead: boolean;
  /** Whether the line at hand goes through it. */
  readonly onPath: boolean;
  readonly children: readonly TreeNode[];
  /** Whether more follows than is shown. */
  readonly more: boolean;
};

export type TreeView = {
  /** Passages before the first shown. */
  readonly above: number;
  readonly nodes: readonly TreeNode[];
};

/** How much of a tree is shown: passages above the head, forks one behind the other, nodes in all. */
export type TreeLimits = { readonly up: number; readonly down: number; readonly nodes: number };

/** Passages of one run that are looked through. */
const LONGEST_RUN = 64;

/** The tree around the head. */
export async function tree(core: Core, story: Story, limits: TreeLimits): Promise<TreeView> {
  const { shelf } = core;
  const head = await shelf.head(story);
  const above = Math.max(0, (head?.depth ?? 0) - limits.up);
  const top = await ancestorAt(shelf.known, head, above);
  const path = await pathTo(shelf.known, head, limits.up);
  const growth = new Growth(core, story, new Set(path.map(({ id }) => id)), limits.nodes);
  return { above, nodes: await growth.behind(top?.id ?? story.id, limits.down) };
}

class Growth {
  readonly #core: Core;
  readonly #story: Story;
  readonly #path: ReadonlySet<PassageId>;
  #left: number;

  constructor(core: Core, story: Story, path: ReadonlySet<PassageId>, nodes: number) {
    this.#core = core;
    this.#story = story;
    this.#path = path;
    this.#left = nodes;
  }

  async behind(id: PassageId | Story['id'], down: number): Promise<TreeNode[]> {
    const { shelf } = this.#core;
    const { children } = await shelf.childrenOf(id);
    // The line at hand comes first when the room is short, and goes on as far as it is known.
    const inOrder = children.toSorted((a, b) => Number(this.#path.has(b)) - Number(this.#path.has(a)));
    const nodes = new Map<PassageId, TreeNode>();
    for (const child of inOrder) {
      const first = this.#left > 0 ? await shelf.passages.get(child) : undefined;
      if (!first) continue;
      this.#left--;
      nodes.set(child, await this.#node(first, down));
    }
    return children.flatMap((child) => nodes.get(child) ?? []);
  }

  async #node(first: Passage, down: number): Promise<TreeNode> {
    const { shelf } = this.#core;
    let last = first;
    let length = 1;
    let { children } = await shelf.childrenOf(first.id);
    while (children.length === 1 && length < LONGEST_RUN && this.#branchesAt(last.id).length === 0) {
      const next = await shelf.passages.get(children[0]!);
      if (!next || this.#path.has(next.id) !== this.#path.has(first.id)) break;
      last = next;
      length++;
      ({ children } = await shelf.childrenOf(last.id));
    }
    const onPath = this.#path.has(first.id);
    const shown = children.length > 0 && (down > 0 || onPath) ? await this.behind(last.id, down - 1) : [];
    return {
      first,
      last,
      length,
      branches: this.#branchesAt(last.id),
      isHead: headOf(this.#story) === last.id,
      onPath,
      children: shown,
      more: shown.length < children.length,
    };
  }

  #branchesAt(id: PassageId): string[] {
    return Object.entries(this.#story.branches).flatMap(([name, head]) => (head === id ? [name] : []));
  }
}
