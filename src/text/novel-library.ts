import { createHash } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { UserError } from '#errors';
import { fileError } from './inspect-file.ts';
import type { Chapter, Conversion, Encoding, Novel } from './novel.ts';

/** What stands beside a kept novel, as `<line>.json`. */
export type KeptNovel = {
  readonly format: 1;
  /** Name of the line of models that learns from it. */
  readonly line: string;
  readonly title: string;
  /** The file it came from, and that file's SHA-256. */
  readonly source: string;
  readonly sourceSha256: string;
  readonly encoding: Encoding;
  readonly convert: Conversion;
  readonly characters: number;
  /** SHA-256 of the kept text (UTF-8). */
  readonly sha256: string;
  readonly chapters: readonly Chapter[];
};

/** What is to be kept, and where; `save` writes a file atomically. */
export type KeepNovelOptions = {
  /** Folder of kept novels. */
  readonly folder: string;
  /** Default: made from the title. */
  readonly line?: string | undefined;
  /** The file that the novel was read from. */
  readonly source: string;
  readonly convert: Conversion;
  readonly force: boolean;
  save(path: string, content: Uint8Array): void;
};

const LINE = /^[\p{L}\p{N}][\p{L}\p{N}_-]{0,39}$/u;

/**
 * Keeps a cleaned novel as `<line>.txt`, and what is known about it as `<line>.json`.
 * Returns that and the path of the text.
 * @throws UserError `text.line-taken` without `force`, `text.bad-line-name`
 */
export async function keepNovel(
  novel: Novel,
  options: KeepNovelOptions,
): Promise<{ readonly record: KeptNovel; readonly path: string }> {
  const { folder, source, convert, force, save } = options;
  const line = options.line ?? lineName(novel.title);
  if (!LINE.test(line)) throw new UserError('text.bad-line-name', { line });
  const path = join(folder, `${line}.txt`);
  if (!force && (existsSync(path) || existsSync(recordPath(folder, line)))) {
    throw new UserError('text.line-taken', { line });
  }
  const bytes = Buffer.from(novel.text, 'utf8');
  const record: KeptNovel = {
    format: 1,
    line,
    title: novel.title,
    source: basename(source),
    sourceSha256: await hashFile(source),
    encoding: novel.encoding.name,
    convert,
    characters: novel.characters,
    sha256: sha256(bytes),
    chapters: novel.chapters,
  };
  save(path, bytes);
  save(recordPath(folder, line), Buffer.from(`${JSON.stringify(record, null, 2)}\n`));
  return { record, path };
}

/** The kept novels by name; none where the folder does not exist. Throws UserError `text.library-damaged`, or what the file system refuses. */
export async function listNovels(folder: string): Promise<KeptNovel[]> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw fileError(error, folder);
  });
  return Promise.all(
    names
      .filter((name) => name.endsWith('.json'))
      .sort()
      .map((name) => readRecord(join(folder, name))),
  );
}

async function readRecord(path: string): Promise<KeptNovel> {
  const record = parse(await readFile(path, 'utf8'));
  if (record?.format !== 1 || typeof record.line !== 'string' || !Array.isArray(record.chapters)) {
    throw new UserError('text.library-damaged', { path });
  }
  return record as KeptNovel;
}

function parse(json: string): Partial<KeptNovel> | undefined {
  try {
    return JSON.parse(json) as Partial<KeptNovel>;
  } catch {
    return undefined;
  }
}

/** A title as the name of a line of models, and of files and folders: what may not stand in one becomes -. */
export function lineName(title: string): string {
  const name = title
    .normalize('NFC')
    .replace(/[^\p{L}\p{N}_]+/gu, '-')
    .replace(/^[-_]+|-+$/g, '');
  return [...name].slice(0, 40).join('') || 'novel';
}

const recordPath = (folder: string, line: string): string => join(folder, `${line}.json`);

async function hashFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return hash.digest('hex');
}

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
