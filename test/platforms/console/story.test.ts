import { expect, it } from 'vitest';
import { type Passage, Story } from '../../../src/platforms/console/story.ts';

const passage = (parent: Passage | null, typed: string, written: string): Passage => ({
  parent,
  typed,
  opening: typed,
  written,
  cursor: { state: null, pending: 0, recent: '' },
});
function text(story: Story): string {
  let all = '';
  for (let at = story.head; at; at = at.parent) all = at.typed + at.written + all;
  return all;
}

it('walks back over other versions as well as passages, and forth again', () => {
  const story = new Story();
  const one = passage(null, '孙', '悟空。');
  const other = passage(null, '孙', '行者。');
  const two = passage(other, '', '去也。');
  for (const added of [one, other, two]) story.add(added);
  expect(text(story)).toBe('孙行者。去也。');
  expect([story.undo(), text(story)]).toEqual([true, '孙行者。']);
  expect([story.undo(), text(story)]).toEqual([true, '孙悟空。']);
  expect([story.undo(), text(story)]).toEqual([true, '']);
  expect(story.undo()).toBe(false);
  expect([story.redo(), text(story)]).toEqual([true, '孙悟空。']);
  expect([story.redo(), story.redo(), text(story)]).toEqual([true, true, '孙行者。去也。']);
  expect(story.redo()).toBe(false);
});

it('lets go of what was undone when something new is written', () => {
  const story = new Story();
  story.add(passage(null, '', '一。'));
  story.undo();
  story.add(passage(null, '', '二。'));
  expect(story.redo()).toBe(false);
  expect(text(story)).toBe('二。');
  story.undo();
  expect(text(story)).toBe('');
});

it('knows whether its head begins a paragraph', () => {
  const story = new Story();
  const one = passage(null, '甲', '乙。');
  const two = passage(one, '丙', '丁。\n');
  const begins = [one, two, passage(two, '', '戊。')].map((added) => {
    story.add(added);
    return story.headBeginsParagraph;
  });
  expect(begins).toEqual([true, false, true]);
});
