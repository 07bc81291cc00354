import fc from 'fast-check';
import { type Author, type BookWords, bookWords, type FiledPassage, type StoryFile } from '#books';
import { createTranslator } from '#i18n';

export const MODEL: Author = { kind: 'model' };
export const person = (id: string, name?: string): Author => ({
  kind: 'person',
  platform: 'discord',
  id,
  ...(name !== undefined && { name }),
});

/** A passage without receipt, written at second `id` of the epoch if its id is a number. */
export const passage = (
  id: string,
  parent: string | null,
  author: Author,
  text: string,
  more: Partial<FiledPassage> = {},
): FiledPassage => ({ id, parent, turn: id, author, text, at: 1000 * (Number(id) || 0), ...more });

/** Passages that follow each other, ids 1, 2, … */
export const line = (...texts: readonly (readonly [Author, string])[]): FiledPassage[] =>
  texts.map(([author, text], index) =>
    passage(String(index + 1), index === 0 ? null : String(index), author, text),
  );

export const story = (passages: readonly FiledPassage[], more: Partial<StoryFile> = {}): StoryFile => ({
  format: 'xuxie-story',
  version: 1,
  id: 'story',
  title: '石猴',
  line: 'starter',
  createdAt: 0,
  branch: 'main',
  branches: { main: passages.at(-1)?.id ?? null },
  remembered: [],
  chosen: {},
  passages,
  ...more,
});

export const words: BookWords = bookWords(createTranslator('zh-Hant'), ['西遊記', '紅樓夢']);

/** What a text may hold: anything well-formed but control characters, with a good share of what markup means. */
export const anyText = fc
  .array(
    fc.oneof(
      {
        weight: 3,
        arbitrary: fc.constantFrom(...'石猴道：「好！」\n　 <>&"\'/\\\t', ']]>', '<!--', '&amp;'),
      },
      { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 4 }) },
    ),
    { maxLength: 30 },
  )
  .map((parts) =>
    parts
      .join('')
      .toWellFormed()
      .replaceAll(/[^\P{Cc}\n\t]/gu, ''),
  );
export const anyLine = anyText.map((text) => text.replaceAll(/\p{Cc}/gu, ''));
const anyName = anyLine.filter((text) => text !== '');

const anyAuthor: fc.Arbitrary<Author> = fc.oneof(
  fc.constant(MODEL),
  fc.record(
    {
      kind: fc.constant('person' as const),
      platform: fc.constantFrom('discord', 'telegram'),
      id: fc.constantFrom('7', '77', '日'),
      name: anyLine,
    },
    { requiredKeys: ['kind', 'platform', 'id'], noNullPrototype: true },
  ),
);

const anySettings = fc.dictionary(
  fc.constantFrom('temperature', '__proto__', 'constructor', 'banned'),
  fc.oneof(fc.double({ noDefaultInfinity: true, noNaN: true, min: 0 }), anyText, fc.array(anyText)),
);

/** Trees of up to a dozen passages, with receipts, erasures, branches of any name. */
export const anyStory: fc.Arbitrary<StoryFile> = fc
  .record({
    seeds: fc.array(
      fc.record({
        back: fc.nat(4),
        author: anyAuthor,
        text: anyText,
        at: fc.nat(),
        bits: fc.option(fc.double({ min: 0, max: 20, noNaN: true }), { nil: undefined }),
        erased: fc.boolean(),
        settings: fc.option(anySettings, { nil: undefined }),
        stopped: fc.boolean(),
      }),
      { maxLength: 12 },
    ),
    title: fc.option(anyLine),
    names: fc.uniqueArray(fc.oneof(anyName, fc.constantFrom('__proto__', 'constructor', 'toString')), {
      minLength: 1,
      maxLength: 4,
    }),
    remembered: fc.array(anyName, { maxLength: 3 }),
  })
  .map(({ seeds, title, names, remembered }) => {
    const passages = seeds.map(
      ({ back, author, text, at, bits, erased, settings, stopped }, index): FiledPassage => {
        const parent = index - back > 0 ? `p-${index - back - 1}` : null;
        const base = { id: `p-${index}`, parent, turn: `p-${Math.max(0, index - 1)}`, at };
        if (erased) return { ...base, author: { kind: 'nobody' }, text: '', erased: true };
        return {
          ...base,
          author,
          text,
          ...(bits !== undefined && { bits: bits + 0 }),
          ...(index > 0 && { instead: 'p-0' }),
          ...(settings && {
            receipt: {
              line: 'starter',
              version: '2026-11-24',
              origin: parent === null ? 'start' : `${parent}+3`,
              parent,
              seed: at,
              settings: bare(settings),
              cpu: 'vnni',
              runtime: '1.30.0',
              ...(stopped && { stopped: true as const }),
            },
          }),
        };
      },
    );
    const ids = passages.map(({ id }) => id);
    const heads = names.map((name, index): [string, string | null] => [name, ids[3 * index] ?? null]);
    return story(passages, {
      title,
      remembered,
      branch: names[0]!,
      branches: bare(Object.fromEntries(heads)),
      chosen: bare(Object.fromEntries(passages.map(({ parent, id }) => [parent ?? 'story', id]))),
    });
  });

/** The same entries on an object without prototype, as files are read; `__proto__` too is only a name. */
export function bare<T>(record: Readonly<Record<string, T>>): Record<string, T> {
  const result: Record<string, T> = Object.create(null);
  for (const [key, value] of Object.entries(record)) result[key] = value;
  return result;
}
