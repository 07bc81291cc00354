/** A passage as the tree needs it; parents come before their children. */
export type Leaf = { readonly id: string; readonly parent: string | null };

/** A row of a drawn tree. */
export type TreeRow<T extends Leaf> = {
  readonly passage: T;
  /** The lines before it: `│  ├─ `. */
  readonly lines: string;
  /** Passages behind it that are not drawn. */
  readonly more: number;
};

export type DrawnTree<T extends Leaf> = {
  /** Passages before the first row on the way to the head. */
  readonly above: number;
  readonly rows: readonly TreeRow<T>[];
};

export type TreeSize = {
  /** Passages drawn on the way to the head. */
  readonly up: number;
  /** Passages drawn behind one fork; the way to the head is always among them. */
  readonly wide: number;
};

const EVERYTHING: TreeSize = { up: Number.POSITIVE_INFINITY, wide: Number.POSITIVE_INFINITY };

/**
 * The tree around the head: the way to it, what forks off there and what follows it, each with the number of passages
 * behind. Without a size, all of it.
 */
export function drawTree<T extends Leaf>(
  passages: readonly T[],
  head: string | null,
  size?: TreeSize,
): DrawnTree<T> {
  const { up, wide } = size ?? EVERYTHING;
  const byId = new Map(passages.map((passage) => [passage.id, passage]));
  const children = Map.groupBy(passages, ({ parent }) => parent);
  const behind = countBehind(passages);
  const path: string[] = [];
  for (let at = head; at !== null; at = byId.get(at)!.parent) path.push(at);
  const onPath = new Set<string | null>(path).add(null);
  const top = path[up] ?? null;

  const rows: TreeRow<T>[] = [];
  const open: { readonly passage: T; readonly lines: string; readonly indent: string }[] = [];
  const unfold = (id: string | null, indent: string): void => {
    const own = children.get(id) ?? [];
    const shown = nearest(own, wide, onPath);
    const next = shown.map((passage, index) => {
      if (own.length === 1) return { passage, lines: indent, indent };
      const isLast = index === shown.length - 1;
      return {
        passage,
        lines: `${indent}${isLast ? '└─ ' : '├─ '}`,
        indent: `${indent}${isLast ? '   ' : '│  '}`,
      };
    });
    open.push(...next.reverse());
  };
  unfold(top, '');
  for (let next = open.pop(); next; next = open.pop()) {
    const { passage, lines, indent } = next;
    const follows = !size || onPath.has(passage.id);
    rows.push({ passage, lines, more: follows ? 0 : behind.get(passage.id)! });
    if (follows) unfold(passage.id, indent);
  }
  return { above: Math.max(0, path.length - (top === null ? path.length : up)), rows };
}

/** At most so many of the children of one place: the one on the way to the head, and those that came last. */
function nearest<T extends Leaf>(own: readonly T[], wide: number, onPath: ReadonlySet<string | null>): T[] {
  if (own.length <= wide) return [...own];
  const through = own.find(({ id }) => onPath.has(id));
  const others = own.filter((passage) => passage !== through);
  const last = new Set([...others.slice(-(wide - (through ? 1 : 0))), through]);
  return own.filter((passage) => last.has(passage));
}

/** How many passages stand behind each. */
function countBehind(passages: readonly Leaf[]): Map<string, number> {
  const behind = new Map(passages.map(({ id }) => [id, 0]));
  for (const { id, parent } of passages.toReversed()) {
    if (parent !== null) behind.set(parent, behind.get(parent)! + behind.get(id)! + 1);
  }
  return behind;
}
