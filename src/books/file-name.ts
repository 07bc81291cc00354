/** Bytes that a file's name may have; encrypted home folders allow 143. */
const MAX_BYTES = 100;
const FALLBACK = 'xuxie';
/** What Windows takes for a device, whatever its extension. */
const RESERVED = /^(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[0-9\u00b9\u00b2\u00b3])$/i;
// A dot would begin another extension or hide the file, and spaces of any width are no part of a name's ends.
const UNSAFE = /[<>:"/\\|?*.\p{C}\p{Z}\ufffd]+/gu;

/**
 * A name for a file, fit for Linux, macOS and Windows: the title as far as it is, never empty, at most 100 bytes with
 * its extension, which is given without the dot.
 */
export function fileNameFor(title: string, extension: string): string {
  const room = MAX_BYTES - Buffer.byteLength(extension) - 1;
  const safe = title
    .toWellFormed()
    .normalize('NFC')
    .replaceAll(/\p{Cf}/gu, '')
    .replaceAll(UNSAFE, ' ')
    .replace(/^[\s~-]+/, '');
  const stem = cut(safe, room).trim() || FALLBACK;
  return `${RESERVED.test(stem) ? `${stem}_` : stem}.${extension}`;
}

/** As many whole visible characters as fit into so many bytes. */
function cut(text: string, room: number): string {
  let end = 0;
  for (const { index, segment } of new Intl.Segmenter().segment(text)) {
    if (Buffer.byteLength(text.slice(0, index)) + Buffer.byteLength(segment) > room) break;
    end = index + segment.length;
  }
  return text.slice(0, end);
}
