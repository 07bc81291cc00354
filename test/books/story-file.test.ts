import { deepStrictEqual } from 'node:assert/strict';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MAX_STORY_BYTES, parseStoryFile, type StoryFile, writeStoryFile } from '#books';
import { UserError } from '#errors';
import { anyStory, line, MODEL, passage, person, story } from './made-story.ts';

const bytesOf = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value));

/** Code and parameters of the complaint about a file. */
function complaint(bytes: Uint8Array): [string, unknown] {
  try {
    parseStoryFile(bytes);
  } catch (error) {
    if (error instanceof UserError) return [error.code, error.params];
    throw error;
  }
  return ['none', {}];
}

const tree: StoryFile = story(
  [
    passage('a', null, person('1', '小明'), '從前'),
    passage('b', 'a', MODEL, '有一隻石猴。\n', { turn: 'a', bits: 4.25 }),
    passage('c', 'a', MODEL, '有一座山。', { turn: 'a', instead: 'b' }),
  ],
  { branches: { main: 'b', 山: 'c' }, chosen: { story: 'a', a: 'c' } },
);
const changed = (change: Partial<StoryFile>): Uint8Array => bytesOf({ ...tree, ...change });
const withPassage = (change: object, index = 1): Uint8Array =>
  changed({ passages: tree.passages.map((one, at) => (at === index ? { ...one, ...change } : one)) });

describe('what is written is read back', () => {
  it('for any story', () => {
    fc.assert(
      fc.property(anyStory, (any) => {
        // vitest takes a record with an entry `constructor` for an object of another class.
        deepStrictEqual(parseStoryFile(writeStoryFile(any)), any);
      }),
      { numRuns: 200 },
    );
  });

  it('as the same bytes, whatever the order of fields', () => {
    const turned = Object.fromEntries(Object.entries(tree).reverse()) as StoryFile;
    expect(writeStoryFile(turned)).toEqual(writeStoryFile(tree));
  });

  it('also behind a byte order mark', () => {
    expect(parseStoryFile(Buffer.concat([Buffer.from('\ufeff'), writeStoryFile(tree)]))).toEqual(tree);
  });

  it('a passage to a line, so that two versions can be compared', () => {
    const lines = new TextDecoder().decode(writeStoryFile(tree)).split('\n');
    expect(lines.filter((one) => one.startsWith('{"id":'))).toHaveLength(3);
  });

  it('100,000 passages deep', () => {
    const passages = Array.from({ length: 100_000 }, (_, i) =>
      passage(`p${i}`, i === 0 ? null : `p${i - 1}`, MODEL, '猴'),
    );
    expect(parseStoryFile(writeStoryFile(story(passages))).passages).toHaveLength(100_000);
  });

  it('and a story that could not be is not written', () => {
    expect(() => writeStoryFile({ ...tree, branch: 'none' })).toThrow('not whole');
    expect(() => writeStoryFile({ ...tree, title: '\u0007' })).toThrow('not whole');
  });
});

describe('a file is refused', () => {
  const cases: readonly [string, Uint8Array, string, object][] = [
    ['that is empty', new Uint8Array(), 'books.not-json', {}],
    ['that is no JSON', Buffer.from('PK\u0003\u0004'), 'books.not-json', {}],
    ['that is cut off', writeStoryFile(tree).subarray(0, -9), 'books.not-json', {}],
    ['that is not UTF-8', Buffer.from([0x22, 0xff, 0x22]), 'books.not-json', {}],
    ['that is null', bytesOf(null), 'books.not-a-story', {}],
    ['of another format', bytesOf({ ...tree, format: 'novel' }), 'books.not-a-story', {}],
    [
      'of a newer version, whatever is in it',
      bytesOf({ format: 'xuxie-story', version: 2, chapters: [] }),
      'books.newer-version',
      { version: 2 },
    ],
    ['of version 0', bytesOf({ ...tree, version: 0 }), 'books.wrong-field', { place: 'version' }],
    ['without a title', changed({ title: undefined as never }), 'books.wrong-field', { place: 'title' }],
    ['without passages', changed({ passages: {} as never }), 'books.wrong-field', { place: 'passages' }],
    [
      'with a field that is not known',
      bytesOf({ ...tree, mood: 'gay' }),
      'books.wrong-field',
      { place: 'mood' },
    ],
    [
      'with a field of a passage that is not known',
      withPassage({ mood: 1 }),
      'books.wrong-field',
      { place: 'passages[1].mood' },
    ],
    [
      'with a field of an author that is not known',
      withPassage({ author: { kind: 'model', mood: 1 } }),
      'books.wrong-field',
      { place: 'passages[1].author.mood' },
    ],
    [
      'with a text that is none',
      withPassage({ text: 7 }),
      'books.wrong-field',
      { place: 'passages[1].text' },
    ],
    [
      'with an author of no kind',
      withPassage({ author: { kind: 'ghost' } }),
      'books.wrong-field',
      { place: 'passages[1].author.kind' },
    ],
    [
      'with an id that cannot be one',
      withPassage({ id: '../b' }),
      'books.wrong-field',
      { place: 'passages[1].id' },
    ],
    [
      'whose erased passage still has its text',
      withPassage({ erased: true }),
      'books.wrong-field',
      { place: 'passages[1].erased' },
    ],
    ['with a time before 1970', withPassage({ at: -1 }), 'books.wrong-field', { place: 'passages[1].at' }],
    [
      'with half a character',
      withPassage({ text: '猴\ud83d' }),
      'books.unfit-character',
      { place: 'passages[1].text' },
    ],
    [
      'with a control character',
      withPassage({ text: '猴\u001b[2J' }),
      'books.unfit-character',
      { place: 'passages[1].text' },
    ],
    ['with a title of two lines', changed({ title: '石\n猴' }), 'books.unfit-character', { place: 'title' }],
    [
      'with half a character in the name of a branch',
      Buffer.from(JSON.stringify(tree).replace('"山"', '"\\ud83d"')),
      'books.unfit-character',
      { place: 'branches.\ufffd' },
    ],
    ['with an id twice', withPassage({ id: 'a' }), 'books.twice', { id: 'a' }],
    ['with a passage called like the story', withPassage({ id: 'story' }), 'books.twice', { id: 'story' }],
    ['without a parent', withPassage({ parent: 'z' }), 'books.no-parent', { id: 'b', parent: 'z' }],
    [
      'whose parent comes later',
      withPassage({ parent: 'c' }),
      'books.parent-later',
      { id: 'b', parent: 'c' },
    ],
    ['with a passage behind itself', withPassage({ parent: 'b' }), 'books.circle', { id: 'b' }],
    [
      'with a circle',
      changed({
        passages: tree.passages.map((one) =>
          one.id === 'b' ? { ...one, parent: 'c' } : one.id === 'c' ? { ...one, parent: 'b' } : one,
        ),
      }),
      'books.circle',
      { id: 'b' },
    ],
    [
      'with a branch that stands nowhere',
      changed({ branches: { main: 'b', 山: 'z' } }),
      'books.no-passage',
      { place: '山', id: 'z' },
    ],
    ['without the branch that is written on', changed({ branch: '海' }), 'books.no-branch', { branch: '海' }],
    [
      'whose branch is only inherited',
      changed({ branch: 'constructor' }),
      'books.no-branch',
      { branch: 'constructor' },
    ],
    [
      'with a choice of no child',
      changed({ chosen: { b: 'c' } }),
      'books.no-passage',
      { place: 'chosen', id: 'c' },
    ],
    ['of a turn that is not there', withPassage({ turn: 'z' }), 'books.no-passage', { place: 'b', id: 'z' }],
    [
      'with another wording of nothing',
      withPassage({ instead: 'z' }),
      'books.no-passage',
      { place: 'b', id: 'z' },
    ],
  ];
  it.each(cases)('%s', (_, bytes, code, params) => {
    expect(complaint(bytes)).toEqual([code, params]);
  });

  const receipt = {
    line: 'starter',
    version: 'v',
    origin: 'a+2',
    parent: 'a',
    seed: 1,
    settings: { temperature: 0.7, banned: ['龍'] },
    cpu: 'vnni',
    runtime: '1',
  };
  it('with a receipt of a passage that is not there, or with settings that are no settings', () => {
    expect(complaint(withPassage({ receipt }))[0]).toBe('none');
    expect(complaint(withPassage({ receipt: { ...receipt, origin: 'z+2' } }))[0]).toBe('books.no-passage');
    expect(complaint(withPassage({ receipt: { ...receipt, origin: '2' } }))).toEqual([
      'books.wrong-field',
      { place: 'passages[1].receipt.origin' },
    ]);
    expect(complaint(withPassage({ receipt: { ...receipt, settings: { topK: { a: 1 } } } }))).toEqual([
      'books.wrong-field',
      { place: 'passages[1].receipt.settings.topK' },
    ]);
  });

  it('that is larger than any story, unread', () => {
    expect(complaint(new Uint8Array(MAX_STORY_BYTES + 1))).toEqual([
      'books.too-large',
      { size: 101, limit: 100 },
    ]);
  });

  it('that is nested deeper than any story, unparsed', () => {
    const depth = 5_000_000;
    expect(complaint(Buffer.from('['.repeat(depth) + ']'.repeat(depth)))[0]).toBe('books.too-nested');
    expect(complaint(Buffer.from('{"a":'.repeat(17)))[0]).toBe('books.too-nested');
    expect(complaint(Buffer.from(`[${'{},'.repeat(4_000_001)}{}]`))[0]).toBe('books.too-nested');
    // Brackets within strings are text.
    expect(complaint(withPassage({ text: `\\"${'['.repeat(100)}` }))[0]).toBe('none');
  });

  it('of millions of mistakes by the first of them', () => {
    const zeros = `[${'0,'.repeat(12_000_000)}0]`;
    const source = JSON.stringify({ ...tree, remembered: '§' }).replace('"§"', zeros);
    expect(complaint(Buffer.from(source))).toEqual(['books.wrong-field', { place: 'remembered[0]' }]);
  });
});

it('names that mean something to JavaScript are only names', () => {
  const source = JSON.stringify(tree)
    .replace('"山"', '"__proto__"')
    .replace('"chosen":{', '"chosen":{"__proto__":"c",');
  expect(complaint(Buffer.from(source))).toEqual(['books.no-passage', { place: 'chosen', id: 'c' }]);
  const read = parseStoryFile(Buffer.from(JSON.stringify(tree).replace('"山"', '"__proto__"')));
  expect(Object.keys(read.branches)).toEqual(['main', '__proto__']);
  expect(Object.getPrototypeOf(read.branches)).toBeNull();
  expect(({} as { c?: unknown }).c).toBeUndefined();
  expect(
    complaint(Buffer.from(JSON.stringify(tree).replace('"title"', '"__proto__":{"x":1},"title"'))),
  ).toEqual(['books.wrong-field', { place: '__proto__' }]);
});

it('a line of passages is whole', () => {
  expect(parseStoryFile(writeStoryFile(story(line([MODEL, '甲'], [MODEL, '乙'])))).passages).toHaveLength(2);
});
