/** The bytes from `low` to `high` may follow. */
type Range = readonly [low: number, high: number];

const CONTINUATION: Range = [0x80, 0xbf];

/**
 * Where one is within a UTF-8 sequence, and which bytes keep it well-formed: the rows of table 3-7 of the
 * Unicode Standard, so neither overlong forms nor surrogates nor code points above U+10FFFF come about.
 */
export class Utf8State {
  #expected: readonly Range[] = [];

  /** Whether no character is half-written. */
  get atBoundary(): boolean {
    return this.#expected.length === 0;
  }

  /** Bytes that the half-written character lacks; 0 at a boundary. */
  get missing(): number {
    return this.#expected.length;
  }

  /** Whether `byte` (0–255) may come next. */
  allows(byte: number): boolean {
    const range = this.#expected[0];
    if (range) return byte >= range[0] && byte <= range[1];
    return byte < 0x80 || followers(byte) !== undefined;
  }

  /** Takes the next byte, which `allows` has admitted. */
  push(byte: number): void {
    this.#expected = this.atBoundary ? (followers(byte) ?? []) : this.#expected.slice(1);
  }
}

/** What must follow a lead byte; `undefined` where `byte` leads nothing. */
function followers(byte: number): readonly Range[] | undefined {
  if (byte >= 0xc2 && byte <= 0xdf) return [CONTINUATION];
  if (byte >= 0xe0 && byte <= 0xef) {
    const second: Range = byte === 0xe0 ? [0xa0, 0xbf] : byte === 0xed ? [0x80, 0x9f] : CONTINUATION;
    return [second, CONTINUATION];
  }
  if (byte >= 0xf0 && byte <= 0xf4) {
    const second: Range = byte === 0xf0 ? [0x90, 0xbf] : byte === 0xf4 ? [0x80, 0x8f] : CONTINUATION;
    return [second, CONTINUATION, CONTINUATION];
  }
  return undefined;
}
