import { UserError } from '#errors';
import { checkTree } from './check-tree.ts';
import { measureJson } from './measure-json.ts';
import type { StoryFile } from './story.ts';
import { readHeader, readPassage } from './story-schema.ts';

export const STORY_FORMAT = 'xuxie-story';
/** Bytes that a story file may have. */
export const MAX_STORY_BYTES = 100 * 1024 * 1024;

/**
 * A story out of the bytes of its file. Whatever it returns is whole: every passage has its parent, every branch its
 * head, every text is well-formed and free of control characters other than line break and tab.
 * @throws UserError `books.*`
 */
export function parseStoryFile(bytes: Uint8Array): StoryFile {
  if (bytes.length > MAX_STORY_BYTES)
    throw new UserError('books.too-large', {
      size: Math.ceil(bytes.length / 2 ** 20),
      limit: MAX_STORY_BYTES / 2 ** 20,
    });
  measureJson(bytes);
  return checked(parseJson(bytes));
}

/**
 * The bytes of a story's file, the same for the same story: UTF-8, a passage to a line.
 * @throws Error for a story that `parseStoryFile` would refuse; stories keep none such
 */
export function writeStoryFile(story: StoryFile): Uint8Array {
  let whole: StoryFile;
  try {
    whole = checked(story);
  } catch (cause) {
    throw new Error('the story to be written is not whole', { cause });
  }
  const { passages, ...header } = whole;
  const lines = passages.map((passage) => JSON.stringify(passage)).join(',\n');
  const head = JSON.stringify(header).slice(0, -1);
  return new TextEncoder().encode(`${head},"passages":[\n${lines}\n]}\n`);
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (cause) {
    throw new UserError('books.not-json', {}, { cause });
  }
}

function checked(value: unknown): StoryFile {
  const { format, version, passages } = Object(value) as Partial<Record<keyof StoryFile, unknown>>;
  if (format !== STORY_FORMAT) throw new UserError('books.not-a-story');
  if (Number.isInteger(version) && (version as number) > 1)
    throw new UserError('books.newer-version', { version: version as number });
  const header = readHeader(value);
  if (!Array.isArray(passages)) throw new UserError('books.wrong-field', { place: 'passages' });
  const story = { ...header, passages: passages.map(readPassage) };
  checkTree(story);
  return story;
}
