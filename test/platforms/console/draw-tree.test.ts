import { describe, expect, it } from 'vitest';
import { drawTree, type Leaf } from '../../../src/platforms/console/draw-tree.ts';

/** `a<` begins the story, `b<a` follows a. */
const grow = (...passages: string[]): Leaf[] =>
  passages.map((passage) => {
    const [id = '', parent = ''] = passage.split('<');
    return { id, parent: parent || null };
  });

const size = { up: 10, wide: 6 };
const drawn = (passages: Leaf[], head: string | null, of = size) => {
  const { above, rows } = drawTree(passages, head, of);
  return [
    above,
    ...rows.map(({ passage, lines, more }) => `${lines}${passage.id}${more ? ` +${more}` : ''}`),
  ];
};

describe('drawTree', () => {
  it('draws nothing of nothing', () => {
    expect(drawn([], null)).toEqual([0]);
  });

  it('draws a story without forks straight down', () => {
    expect(drawn(grow('a<', 'b<a', 'c<b'), 'c')).toEqual([0, 'a', 'b', 'c']);
  });

  it('draws forks with lines that go on past what hangs on them', () => {
    const passages = grow('a<', 'b<a', 'c<a', 'd<b', 'e<d', 'f<d', 'g<f');
    expect(drawn(passages, 'f')).toEqual([0, 'a', '├─ b', '│  d', '│  ├─ e', '│  └─ f', '│     g', '└─ c']);
  });

  it('counts what is behind lines that the head is not on', () => {
    const passages = grow('a<', 'b<a', 'c<b', 'd<c', 'e<c', 'f<a', 'g<f', 'h<g');
    expect(drawn(passages, 'f')).toEqual([0, 'a', '├─ b +3', '└─ f', '   g +1']);
  });

  it('draws several beginnings', () => {
    expect(drawn(grow('a<', 'b<', 'c<b'), null)).toEqual([0, '├─ a', '└─ b +1']);
  });

  it('begins a long way up no further than it is told, and says how much is above', () => {
    const passages = grow('a<', 'b<a', 'x<b', 'c<b', 'd<c', 'e<d');
    expect(drawn(passages, 'e', { up: 3, wide: 6 })).toEqual([2, '├─ x', '└─ c', '   d', '   e']);
    expect(drawn(passages, 'e', { up: 5, wide: 6 })[0]).toBe(0);
  });

  it('draws of a wide fork the line at hand and the latest', () => {
    const passages = grow('a<', 'b<', 'c<', 'd<', 'e<');
    expect(drawn(passages, 'b', { up: 9, wide: 3 })).toEqual([0, '├─ b', '├─ d', '└─ e']);
  });

  it('draws everything without a size, however deep', () => {
    const deep = grow('p0<', ...Array.from({ length: 20_000 }, (_, i) => `p${i + 1}<p${i}`), 'x<p0', 'y<x');
    const { rows } = drawTree(deep, 'x');
    expect(rows).toHaveLength(20_003);
    expect(rows.at(-1)).toMatchObject({ passage: { id: 'y' }, lines: '   ', more: 0 });
  });
});
