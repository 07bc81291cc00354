import { describe, expect, it } from 'vitest';
import { type ExportOptions, exportStory, formats, parseStoryFile } from '#books';
import { MODEL, passage, person, story, words } from './made-story.ts';

const options: ExportOptions = { words, language: 'zh-Hant' };
const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
const tree = story(
  [
    passage('1', null, person('7001', '王小明'), '從前'),
    passage('2', '1', MODEL, '有一隻石猴。'),
    passage('3', '1', MODEL, '有一座山。'),
  ],
  { branches: { main: '2', other: '3' } },
);

describe('a story can be exported', () => {
  it.each(formats)('as %s, named by its title, the same each time', (format) => {
    const { name, bytes } = exportStory(format, tree, options);
    expect(name).toBe(`石猴.${format}`);
    expect(bytes).toEqual(exportStory(format, tree, options).bytes);
  });

  it.each(formats)('as %s without anybody’s account', (format) => {
    const { bytes } = exportStory(format, tree, options);
    // An archive hides what is in it: its text is that of html.
    if (format !== 'epub') expect(text(bytes)).not.toMatch(/7001|小明|discord/);
  });

  it('up to where its branch stands, or to any passage', () => {
    expect(text(exportStory('txt', tree, options).bytes)).toBe('石猴\n\n　　從前有一隻石猴。\n');
    expect(text(exportStory('txt', { ...tree, branch: 'other' }, options).bytes)).toContain('山');
    expect(text(exportStory('txt', tree, { ...options, head: '1' }).bytes)).toBe('石猴\n\n　　從前\n');
  });

  it('as json with everything in it; with accounts only for a backup', () => {
    const open = parseStoryFile(exportStory('json', tree, options).bytes);
    expect(open.passages.map((one) => one.text)).toEqual(tree.passages.map((one) => one.text));
    expect(open.passages[0]!.author).toEqual({ kind: 'person', platform: 'pen-name', id: '1', name: '甲' });
    expect(parseStoryFile(exportStory('json', tree, { ...options, accounts: true }).bytes)).toEqual(tree);
  });

  it('under the pen names that their owners chose', () => {
    const penNames = new Map([['discord/7001', '山人']]);
    expect(text(exportStory('html', tree, { ...options, penNames }).bytes)).toContain('山人');
    expect(text(exportStory('json', tree, { ...options, penNames }).bytes)).toContain('山人');
  });

  it('without a title', () => {
    for (const title of [null, '', ' \u200b']) {
      const { name, bytes } = exportStory('txt', { ...tree, title }, options);
      expect(name).toBe('未命名的故事.txt');
      expect(text(bytes)).toMatch(/^未命名的故事\n/);
    }
  });

  it('as a book only if something stands in it', () => {
    const empty = story([passage('1', null, { kind: 'nobody' }, '', { erased: true })]);
    expect(() => exportStory('epub', empty, options)).toThrow('books.nothing-written');
    expect(() => exportStory('txt', story([]), options)).toThrow('books.nothing-written');
    expect(parseStoryFile(exportStory('json', story([]), options).bytes).passages).toEqual([]);
  });
});
