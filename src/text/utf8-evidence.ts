/**
 * Counts, byte by byte, how far a file is UTF-8. A line counts as UTF-8 where all of it is valid and as
 * foreign where some of it is not, so that a file glued together from two encodings shows both.
 */
export class Utf8Evidence {
  /** Bytes ≥ 0x80 in lines that are valid UTF-8. */
  validBytes = 0;
  /** Bytes ≥ 0x80 in lines that are not. */
  foreignBytes = 0;
  /** Malformed places in all. */
  malformed = 0;
  /** NUL bytes, which text in a byte encoding does not have. */
  nul = 0;
  bytes = 0;
  #expected = 0;
  #lowest = 0x80;
  #highest = 0xbf;
  #lineHigh = 0;
  #lineValid = true;

  /** Takes the next bytes of the file. */
  push(chunk: Uint8Array): void {
    this.bytes += chunk.length;
    for (let i = 0; i < chunk.length; i++) {
      const byte = chunk[i]!;
      if (byte < 0x80) {
        if (this.#expected > 0) this.#fail();
        if (byte === 0) this.nul++;
        else if (byte === 0x0a || byte === 0x0d) this.#endLine();
        continue;
      }
      this.#lineHigh++;
      if (this.#expected > 0 && byte >= this.#lowest && byte <= this.#highest) {
        this.#expected--;
        this.#lowest = 0x80;
        this.#highest = 0xbf;
        continue;
      }
      if (this.#expected > 0) this.#fail();
      this.#begin(byte);
    }
  }

  /** Ends the last line. */
  finish(): void {
    if (this.#expected > 0) this.#fail();
    this.#endLine();
  }

  // Table 3-7 of the Unicode Standard: which second bytes are well-formed after which first.
  #begin(byte: number): void {
    if (byte >= 0xc2 && byte <= 0xdf) this.#expect(1);
    else if (byte === 0xe0) this.#expect(2, 0xa0);
    else if (byte === 0xed) this.#expect(2, 0x80, 0x9f);
    else if (byte >= 0xe1 && byte <= 0xef) this.#expect(2);
    else if (byte === 0xf0) this.#expect(3, 0x90);
    else if (byte >= 0xf1 && byte <= 0xf3) this.#expect(3);
    else if (byte === 0xf4) this.#expect(3, 0x80, 0x8f);
    else this.#fail();
  }

  #expect(count: number, lowest = 0x80, highest = 0xbf): void {
    this.#expected = count;
    this.#lowest = lowest;
    this.#highest = highest;
  }

  #fail(): void {
    this.malformed++;
    this.#lineValid = false;
    this.#expected = 0;
    this.#lowest = 0x80;
    this.#highest = 0xbf;
  }

  #endLine(): void {
    if (this.#lineValid) this.validBytes += this.#lineHigh;
    else this.foreignBytes += this.#lineHigh;
    this.#lineHigh = 0;
    this.#lineValid = true;
  }
}
