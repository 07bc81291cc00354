import { UserError } from '#errors';

/** A story file nests five deep. */
const MAX_DEPTH = 16;
/** A passage has three objects and at least two hundred bytes. */
const MAX_OBJECTS = 4_000_000;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPENING = new Set([0x5b, 0x7b]);
const CLOSING = new Set([0x5d, 0x7d]);

/**
 * Looks over JSON before it is parsed: what is nested absurdly deep, or little else than brackets, would take fifty
 * times its size in memory.
 * @throws UserError `books.too-nested`
 */
export function measureJson(bytes: Uint8Array): void {
  let depth = 0;
  let objects = 0;
  let inString = false;
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i]!;
    if (inString) {
      if (byte === BACKSLASH) i++;
      else if (byte === QUOTE) inString = false;
    } else if (byte === QUOTE) inString = true;
    else if (OPENING.has(byte)) {
      if (++depth > MAX_DEPTH || ++objects > MAX_OBJECTS) throw new UserError('books.too-nested');
    } else if (CLOSING.has(byte)) depth--;
  }
}
