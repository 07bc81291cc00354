import { expect, it } from 'vitest';
import type { TreeNode, TreeView } from '#stories';
import { hong, tell } from './tell.ts';

/** `一-三` is a run of three; `*` the head, `>` the line at hand, `…` more that is not shown. */
function drawing({ above, nodes }: TreeView): string {
  const of = (node: TreeNode): string =>
    [
      node.onPath ? '>' : '',
      node.length === 1 ? node.first.text : `${node.first.text}-${node.last.text}(${node.length})`,
      node.isHead ? '*' : '',
      node.branches.length > 0 ? `[${node.branches}]` : '',
      node.children.length > 0 ? `{${node.children.map(of).join(' ')}}` : '',
      node.more ? '…' : '',
    ].join('');
  return `${above > 0 ? `${above}…` : ''}${nodes.map(of).join(' ')}`;
}

it('shows forks and folds what follows without one', async () => {
  const { stories } = tell();
  const { id } = await stories.create('here');
  expect(drawing(await stories.tree(id))).toBe('');
  const ids: string[] = [];
  for (const text of '一二三四五') ids.push((await stories.write(id, hong, text)).id);
  expect(drawing(await stories.tree(id))).toBe('>一-五(5)*[main]');
  await stories.branch(id, '旁', ids[2]);
  for (const text of '甲乙') await stories.write(id, hong, text);
  expect(drawing(await stories.tree(id))).toBe('>一-三(3){四-五(2)[main] >甲-乙(2)*[旁]}');
  await stories.undo(id);
  expect(drawing(await stories.tree(id))).toBe('>一-三(3){四-五(2)[main] >甲*[旁]{乙}}');
  await stories.edit(id, ids[0]!, '零', hong);
  expect(drawing(await stories.tree(id))).toBe('一-三(3){四-五(2)[main] 甲-乙(2)} >零*[旁]');
});

it('is bounded however large the story is', async () => {
  const { stories } = tell();
  const { id } = await stories.create('here');
  for (let index = 0; index < 300; index++) {
    await stories.write(id, hong, '一');
    if (index % 3 === 0) {
      const last = (await stories.path(id, { last: 1 }))[0]!;
      for (let other = 0; other < 3; other++) await stories.edit(id, last.id, '二', hong);
    }
  }
  const shown = await stories.tree(id, { up: 30, nodes: 20 });
  const count = (nodes: readonly TreeNode[]): number =>
    nodes.reduce((sum, { children }) => sum + 1 + count(children), 0);
  expect(count(shown.nodes)).toBeLessThanOrEqual(20);
  expect(shown.above).toBe(270);
  const text = drawing(shown);
  expect(text).toContain('*[main]');
  expect(text).toContain('…');
});
