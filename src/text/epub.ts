import { readFile } from 'node:fs/promises';
import { basename, posix } from 'node:path';
import { unzipSync } from 'fflate';
import { UserError } from '#errors';
import { parsePackage, type SpineItem } from './epub-package.ts';
import { pageToLines } from './epub-page.ts';

/** An opened .epub: its title, and the lines of its text in reading order, page by page. */
export type Epub = {
  readonly title: string | undefined;
  /** Pages that hold no story: contents, cover, imprint. Filled as `lines` is read. */
  readonly skipped: ReadonlySet<string>;
  lines(): AsyncIterable<string>;
};

// Bounds against archives that unpack to more than any book is; nothing is unpacked before they are checked.
const MAX_PAGE_BYTES = 32 * 1024 * 1024;
const MAX_TEXT_BYTES = 200 * 1024 * 1024;
const CONTAINER = 'META-INF/container.xml';
const ENCRYPTION = 'META-INF/encryption.xml';
/** Fonts may be scrambled by these in a book that is otherwise open. */
const FONT_ONLY = /^(http:\/\/www\.idpf\.org\/2008\/embedding|http:\/\/ns\.adobe\.com\/pdf\/enc#RC)$/;

/**
 * Opens an .epub: container, package document, then the pages of the spine in their order. Only one page is
 * held unpacked at a time.
 * Throws UserError `text.epub-broken`, `text.epub-encrypted`, `text.epub-too-large`.
 */
export async function openEpub(path: string): Promise<Epub> {
  const file = basename(path);
  const archive = await readFile(path);
  const sizes = listEntries(archive, file);
  const read = (name: string): string | undefined => {
    const size = sizes.get(name);
    if (size === undefined) return undefined;
    if (size > MAX_PAGE_BYTES) throw new UserError('text.epub-too-large', { file });
    return decodeXml(unpack(archive, file, (entry) => entry === name)[name]!);
  };
  if (isEncrypted(read(ENCRYPTION))) throw new UserError('text.epub-encrypted', { file });
  const packagePath = /full-path\s*=\s*["']([^"']+)["']/.exec(read(CONTAINER) ?? '')?.[1];
  const document = packagePath === undefined ? undefined : read(packagePath);
  if (packagePath === undefined || document === undefined) throw new UserError('text.epub-broken', { file });
  const { title, spine } = parsePackage(document);
  const folder = posix.dirname(packagePath);
  const pages = spine
    .map((item) => ({ ...item, name: posix.normalize(posix.join(folder, item.href)) }))
    .filter(({ name }) => sizes.has(name));
  if (pages.length === 0) throw new UserError('text.epub-broken', { file });
  const total = pages.reduce((sum, { name }) => sum + sizes.get(name)!, 0);
  if (total > MAX_TEXT_BYTES) throw new UserError('text.epub-too-large', { file });
  const skipped = new Set<string>();
  return { title, skipped, lines: () => readPages(pages, read, skipped) };
}

async function* readPages(
  pages: readonly (SpineItem & { readonly name: string })[],
  read: (name: string) => string | undefined,
  skipped: Set<string>,
): AsyncGenerator<string> {
  for (const { name, story } of pages) {
    const lines = story ? pageToLines(read(name)!) : undefined;
    if (lines) yield* lines;
    else skipped.add(name);
    yield '';
  }
}

/** Names and unpacked sizes, as the archive's directory states them. */
function listEntries(archive: Uint8Array, file: string): Map<string, number> {
  const sizes = new Map<string, number>();
  unpack(archive, file, (name, size) => {
    sizes.set(name, size);
    return false;
  });
  return sizes;
}

function unpack(archive: Uint8Array, file: string, wanted: (name: string, size: number) => boolean) {
  try {
    return unzipSync(archive, { filter: ({ name, originalSize }) => wanted(name, originalSize) });
  } catch (error) {
    throw new UserError('text.epub-broken', { file }, { cause: error });
  }
}

function isEncrypted(encryption: string | undefined): boolean {
  const algorithms = [
    ...(encryption ?? '').matchAll(/EncryptionMethod[^>]*Algorithm\s*=\s*["']([^"']+)["']/g),
  ];
  return algorithms.some(([, algorithm]) => !FONT_ONLY.test(algorithm!));
}

/** XML says its encoding by mark or declaration; UTF-8 where it says nothing or what nobody knows. */
function decodeXml(bytes: Uint8Array): string {
  const declared = /^<\?xml[^>]*encoding\s*=\s*["']([\w-]+)["']/.exec(
    Buffer.from(bytes.subarray(0, 200)).toString('latin1'),
  )?.[1];
  const marked =
    bytes[0] === 0xff && bytes[1] === 0xfe ? 'utf-16le' : bytes[0] === 0xfe ? 'utf-16be' : undefined;
  try {
    return new TextDecoder(marked ?? declared ?? 'utf-8').decode(bytes);
  } catch {
    return new TextDecoder().decode(bytes);
  }
}
