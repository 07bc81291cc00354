import { globSync, readFileSync } from 'node:fs';
import { parseSync } from '@swc/core';

/** The node types of the parser's tree that matter here; everything else is walked through. */
type Node = { readonly type?: string; readonly [key: string]: unknown };

/** A use of a message in the code. */
export type Use = {
  readonly file: string;
  /** The key or error code; `*` stands for what a template fills in. */
  readonly key: string;
  /** `message` for t(key, …), `error` for new UserError(code, …). */
  readonly kind: 'message' | 'error';
  /** Names given as parameters; undefined where they cannot be read off the call. */
  readonly given: readonly string[] | undefined;
};

export type Scan = {
  readonly uses: readonly Use[];
  /** Every string of the code, templates with `*` for their gaps. */
  readonly strings: readonly { readonly file: string; readonly text: string }[];
};

/** Reads the calls and strings of the source files below `root`, the catalogues' own aside; no comments. */
export function scanSources(root: string, pattern = '{src,commands,scripts,bench}/**/*.ts'): Scan {
  const uses: Use[] = [];
  const strings: { file: string; text: string }[] = [];
  for (const file of globSync(pattern, { cwd: root, exclude: ['src/i18n/**'] }).sort()) {
    const tree = parseSync(readFileSync(`${root}/${file}`, 'utf8'), {
      syntax: 'typescript',
      target: 'esnext',
    });
    walk(tree as unknown as Node, (node) => {
      const text = textOf(node);
      if (text !== undefined) strings.push({ file, text });
      const kind = kindOf(node);
      if (!kind) return;
      const [first, second] = (node.arguments ?? []) as { expression: Node }[];
      const given = second ? propertyNames(second.expression) : [];
      for (const key of first ? alternatives(first.expression) : []) uses.push({ file, key, kind, given });
    });
  }
  return { uses, strings };
}

function walk(node: unknown, visit: (node: Node) => void): void {
  if (Array.isArray(node)) {
    for (const child of node) walk(child, visit);
  } else if (node !== null && typeof node === 'object') {
    visit(node as Node);
    for (const child of Object.values(node)) walk(child, visit);
  }
}

function textOf(node: Node): string | undefined {
  if (node.type === 'StringLiteral') return node.value as string;
  if (node.type === 'RegExpLiteral') return node.pattern as string;
  if (node.type !== 'TemplateLiteral' || !Array.isArray(node.quasis)) return undefined;
  return (node.quasis as { cooked?: string; raw: string }[])
    .map(({ cooked, raw }) => cooked ?? raw)
    .join('*');
}

function kindOf(node: Node): Use['kind'] | undefined {
  const callee = node.callee as Node | undefined;
  if (node.type === 'NewExpression' && /^(User|Usage)Error$/.test(String(callee?.value))) return 'error';
  if (node.type !== 'CallExpression' || !callee) return undefined;
  const name = callee.type === 'MemberExpression' ? (callee.property as Node).value : callee.value;
  return name === 't' ? 'message' : undefined;
}

/** The strings that an argument can be: a literal, a template, or either side of `a ? b : c`, `a ?? b`. */
function alternatives(node: Node): string[] {
  const text = node.type === 'RegExpLiteral' ? undefined : textOf(node);
  if (text !== undefined) return [text];
  const parts = [node.consequent, node.alternate, node.expression, node.left, node.right];
  return parts.flatMap((part) => (part ? alternatives(part as Node) : []));
}

function propertyNames(node: Node): string[] | undefined {
  if (node.type !== 'ObjectExpression') return undefined;
  const names: string[] = [];
  for (const property of node.properties as Node[]) {
    const name = property.type === 'Identifier' ? property : (property.key as Node | undefined);
    if (name?.type !== 'Identifier' && name?.type !== 'StringLiteral') return undefined;
    names.push(String(name.value));
  }
  return names;
}
