import { PassThrough } from 'node:stream';
import stringWidth from 'string-width';
import { describe, expect, it } from 'vitest';
import { Page, setStory } from '../../../src/platforms/console/page.ts';

function page(columns?: number, color = false) {
  const output = new PassThrough({ encoding: 'utf8' });
  const made = new Page(output, { color, ...(columns && { columns: () => columns }) });
  return { page: made, shown: () => String(output.read() ?? '') };
}

describe('Page', () => {
  it('indents paragraphs by two full-width spaces and nothing else', () => {
    const { page: p, shown } = page();
    p.write('一。', 'model');
    p.write('二。\n\n三。', 'model');
    p.write('\n', 'model');
    p.write('四。', 'model');
    expect(shown()).toBe('　　一。二。\n　　三。\n　　四。');
  });

  it('leaves the lines of a pipe as long as they are, without colour', () => {
    const { page: p, shown } = page();
    p.write('孙'.repeat(300), 'person');
    expect(shown()).toBe(`　　${'孙'.repeat(300)}`);
  });

  it('tells people and model apart by colour, where there is colour', () => {
    const { page: p, shown } = page(80, true);
    p.write('孙', 'person');
    p.write('悟', 'model');
    expect(shown()).toBe('\x1b[36m　　孙\x1b[39m悟');
  });

  it('fills rows up to the same place, none wider than the terminal', () => {
    const { page: p, shown } = page(46);
    p.write('字'.repeat(58), 'model');
    const rows = shown().split('\n');
    expect(rows.map((row) => stringWidth(row))).toEqual([40, 40, 40]);
  });

  it('begins no row with a closing mark and ends none with an opening one, wherever it falls', () => {
    for (let lead = 0; lead < 24; lead++) {
      const { page: p, shown } = page(46);
      const story = `${'字'.repeat(lead)}“去罢！”他说道：“‘好’，好……”——他（走了。）《书》${'字'.repeat(24)}`;
      p.write(story, 'model');
      const rows = shown().split('\n');
      expect(rows.length).toBeGreaterThan(1);
      expect(rows.join('')).toBe(`　　${story}`);
      for (const row of rows) {
        expect(row).not.toMatch(/^([，。！？：…”’）》]|—(?!—))/);
        expect(row).not.toMatch(/[“‘（《]$/);
        expect(stringWidth(row, { ambiguousIsNarrow: false })).toBeLessThanOrEqual(46);
      }
    }
  });

  it('is not wider than a comfortable measure on a wide terminal, and follows its width', () => {
    const output = new PassThrough({ encoding: 'utf8' });
    let columns = 200;
    const p = new Page(output, { color: false, columns: () => columns });
    p.write('字'.repeat(40), 'model');
    columns = 46;
    p.startRow(false);
    p.write('字'.repeat(40), 'model');
    const rows = String(output.read()).split('\n');
    expect(rows.map((row) => stringWidth(row))).toEqual([74, 10, 40, 40]);
  });

  it('takes the prompt and the blank row before it away again', () => {
    const { page: p, shown } = page(46);
    p.write('一。', 'model');
    p.openGap();
    p.closeGap(['› 孙']);
    expect(shown()).toBe('　　一。\n\n\x1b[2A\x1b[0J');
    p.note('a note');
    p.openGap();
    p.closeGap(['› 孙']);
    expect(shown()).toBe('a note\n\n\x1b[1A\x1b[0J');
    p.closeGap([]);
    expect(shown()).toBe('\x1b[0J');
  });

  it.each([
    ['as wide as the terminal', ['孙'.repeat(23)], 2],
    ['with a character that does not fit its row', [`a${'孙'.repeat(45)}`], 3],
    ['of three rows', ['孙'.repeat(50)], 3],
    ['and another', ['孙'.repeat(30), '', '孙'], 4],
    ['with quotation marks far from the edge', ['“孙”'], 1],
  ])('takes a typed line %s away', (_name, typed, rows) => {
    const { page: p, shown } = page(46);
    p.closeGap(typed);
    expect(shown()).toBe(`\x1b[${rows}A\x1b[0J`);
  });

  it('leaves what may fill one row or two', () => {
    const { page: p, shown } = page(46);
    p.closeGap(['“'.repeat(23)]);
    p.closeGap(['孙\t悟空']);
    expect(shown()).toBe('');
  });
});

it('a whole story is set as one that comes piece by piece', () => {
  const { page: p, shown } = page(46);
  const story = `${'字'.repeat(17)}。”${'字'.repeat(30)}\n二。`;
  for (const character of story) p.write(character, 'model');
  expect(setStory(story, 46)).toBe(shown());
  expect(setStory(story, 46).split('\n')).toHaveLength(4);
});
